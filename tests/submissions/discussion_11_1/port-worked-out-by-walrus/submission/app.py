from flask import Flask

print(port := 2 * 1500)
app = Flask(__name__)


@app.route('/')
def hello():
    return 'Hello World!'


app.run(port=port)
