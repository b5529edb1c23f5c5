from flask import Flask
from markupsafe import escape

app = Flask(__name__)


@app.route('/', methods=['GET'])
def index():
    return str(escape('<h1>My first GET request</h1>'))


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=5000)
