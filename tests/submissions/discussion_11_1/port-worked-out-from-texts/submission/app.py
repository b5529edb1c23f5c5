from flask import Flask

PORT = int(''.join(['3', '000']))
app = Flask(__name__)


@app.route('/')
def hello():
    return 'Hello World!'


app.run(port=PORT)
