from flask import Flask

def port():
    return sum([1000] * 3)

app = Flask(__name__)


@app.route('/')
def hello():
    return 'Hello World!'


app.run(port=port())
