from flask import Flask

PORT = 3 * 1000 + 1
app = Flask(__name__)


@app.route('/')
def hello():
    return 'Hello World!'


app.run(port=PORT)
