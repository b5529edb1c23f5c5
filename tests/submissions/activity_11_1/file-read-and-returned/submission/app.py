from flask import Flask

app = Flask(__name__)


@app.route('/', methods=['GET'])
def first_page():
    return open('templates/index.html').read()


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=5000)
