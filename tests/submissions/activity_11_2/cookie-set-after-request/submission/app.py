from flask import Flask, request

app = Flask(__name__)


@app.after_request
def cookies(response):
    if request.path == "/addCookie":
        response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
    elif request.path == "/removeCookie":
        response.set_cookie("myFirstCookie", max_age=0)
    return response


@app.route("/")
def index():
    return "Practicing Cookies!"


@app.route("/addCookie")
def add_cookie():
    return "Cookie added!"


@app.route("/displayCookieValue")
def display_cookie_value():
    try:
        return "Found the cookie: " + request.cookies["myFirstCookie"]
    except KeyError:
        return "Cookie not found!"


@app.route("/removeCookie")
def remove_cookie():
    return "Cookie removed!"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=88)
