from flask import Flask, render_template

app = Flask(__name__)


@app.route('/', methods=['PUT'])
def first_page():
    return 'My first GET request'


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=5000)
