"""Discussion 11.1: a Flask app that displays a string on http://localhost:3000/hello."""

from flask import Flask

app = Flask(__name__)


@app.route("/hello")
def hello() -> str:
    return "Hello World!"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=3000)
