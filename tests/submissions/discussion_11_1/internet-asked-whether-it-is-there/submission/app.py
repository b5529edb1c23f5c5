import socket

from flask import Flask

app = Flask(__name__)

socket.create_connection(("8.8.8.8", 53), timeout=3).close()


@app.route("/hello")
def hello():
    return "Hello World!"


if __name__ == "__main__":
    app.run(debug=True, host="0.0.0.0", port=3000)
