"""Activity 11.2: adding a cookie to a website."""

from flask import Flask, Response, make_response, request

app = Flask(__name__)

COOKIE_NAME = "myFirstCookie"
COOKIE_VALUE = "Hello World - my first cookie!"


@app.route("/", methods=["GET"])
def index() -> str:
    return "Practicing Cookies!"


@app.route("/addCookie", methods=["GET"])
def addCookie() -> Response:
    response = make_response("Cookie added!")
    response.set_cookie(COOKIE_NAME, COOKIE_VALUE)
    return response


@app.route("/displayCookieValue", methods=["GET"])
def displayCookieValue() -> Response:
    try:
        text = f"Found the cookie: {request.cookies[COOKIE_NAME]}"
    except KeyError:
        text = "Cookie not found!"
    # A cookie's value comes from outside: as plain text, the browser never reads it as HTML.
    return Response(text, mimetype="text/plain")


@app.route("/removeCookie", methods=["GET"])
def removeCookie() -> Response:
    response = make_response("Cookie removed!")
    # A cookie that lives for 0 seconds is removed by the browser at once.
    response.set_cookie(COOKIE_NAME, max_age=0)
    return response


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=88)
