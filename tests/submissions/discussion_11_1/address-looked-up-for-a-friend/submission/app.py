import socket

from flask import Flask

app = Flask(__name__)


def my_address():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("8.8.8.8", 80))
        return s.getsockname()[0]


@app.route("/hello")
def hello():
    return "Hello World!"


if __name__ == "__main__":
    print(f"Open http://{my_address()}:3000 on your phone")
    app.run(debug=True, host="0.0.0.0", port=3000)
