from flask import Flask

app = Flask(__name__)


@app.route('/', methods=['GET'])
def index():
    return '''<head><title>Step 2</title></head>
My first GET request'''


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=5000)
