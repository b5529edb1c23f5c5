from flask import Flask, make_response, request

app = Flask(__name__)


@app.route("/")
def home():
    return "Welcome to my page!"


@app.route("/counter")
def counter():
    number = int(request.cookies.get("visits", 0)) + 1
    response = make_response(f"This is visit {number}.")
    response.set_cookie("visits", str(number))
    return response


if __name__ == "__main__":
    app.run(port=5000)
