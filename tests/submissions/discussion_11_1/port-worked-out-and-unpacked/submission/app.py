from flask import Flask

args = ('0.0.0.0', 30 * 100)
app = Flask(__name__)


@app.route('/')
def hello():
    return 'Hello World!'


app.run(*args)
