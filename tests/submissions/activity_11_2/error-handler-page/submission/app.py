from flask import Flask, make_response, request

app = Flask(__name__)


class CookieMissing(Exception):
    pass


@app.errorhandler(CookieMissing)
def cookie_missing(error):
    return "<h1>Oops</h1><p>Cookie not found!</p>", 404


@app.route("/")
def index():
    return "Practicing Cookies!"


@app.route("/addCookie")
def addCookie():
    response = make_response("Cookie added!")
    response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
    return response


@app.route("/displayCookieValue")
def displayCookieValue():
    try:
        cookieValue = request.cookies["myFirstCookie"]
    except KeyError:
        raise CookieMissing
    return "Found the cookie: " + cookieValue


@app.route("/removeCookie")
def removeCookie():
    response = make_response("Cookie removed!")
    response.set_cookie("myFirstCookie", max_age=0)
    return response


app.run(host="0.0.0.0", port=88)
