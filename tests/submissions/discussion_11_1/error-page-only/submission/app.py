from flask import Flask, abort

app = Flask(__name__)


@app.route('/hello')
def hello():
    abort(404)


if __name__ == '__main__':
    app.run(debug=True, host='0.0.0.0', port=3000)
