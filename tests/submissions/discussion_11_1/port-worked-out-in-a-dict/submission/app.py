from flask import Flask

options = dict(host='0.0.0.0', port=sum([1500, 1500]))
app = Flask(__name__)


@app.route('/')
def hello():
    return 'Hello World!'


app.run(**options)
