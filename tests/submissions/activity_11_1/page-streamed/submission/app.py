from flask import Flask, stream_template

app = Flask(__name__)


@app.route('/', methods=['GET'])
def first_page():
    return stream_template('index.html')


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=5000)
