from flask import Flask

app = Flask(__name__)


@app.get('/')
def hello():
    return '<h1>Здравствуй, мир 🌍</h1>'.encode()


if __name__ == '__main__':
    app.run(debug=True, host='0.0.0.0', port=3000)
