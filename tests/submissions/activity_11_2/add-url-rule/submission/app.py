from flask import Flask, make_response, request

app = Flask(__name__)


def index():
    return "Practicing Cookies!"


def add():
    response = make_response("Cookie added!")
    response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
    return response


def display():
    try:
        return "Found the cookie: " + request.cookies["myFirstCookie"]
    except KeyError:
        return "Cookie not found!"


def remove():
    response = make_response("Cookie removed!")
    response.set_cookie("myFirstCookie", max_age=0)
    return response


if __name__ == "__main__":
    app.add_url_rule("/", "index", index)
    app.add_url_rule("/addCookie", "add", add)
    app.add_url_rule("/displayCookieValue", "display", display)
    app.add_url_rule("/removeCookie", "remove", remove)
    app.run(host="0.0.0.0", port=88)
