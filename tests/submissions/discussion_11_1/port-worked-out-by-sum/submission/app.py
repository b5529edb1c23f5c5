from flask import Flask

PORT = 1000 + 2000
app = Flask(__name__)


@app.route('/')
def hello():
    return 'Hello World!'


app.run(port=PORT)
