from flask import Blueprint, make_response, request

cookies = Blueprint("cookies", __name__)


@cookies.route("/")
def index():
    return "Practicing Cookies!"


@cookies.route("/addCookie")
def addCookie():
    response = make_response("Cookie added!")
    response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
    return response


@cookies.route("/displayCookieValue")
def displayCookieValue():
    try:
        return "Found the cookie: " + request.cookies["myFirstCookie"]
    except KeyError:
        return "Cookie not found!"


@cookies.route("/removeCookie")
def removeCookie():
    response = make_response("Cookie removed!")
    response.set_cookie("myFirstCookie", max_age=0)
    return response
