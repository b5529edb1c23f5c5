from flask import Blueprint, make_response

cookies = Blueprint("cookies", __name__)


@cookies.route("/")
def index():
    return "Practicing Cookies!"


@cookies.route("/addCookie")
def addCookie():
    response = make_response("Cookie added!")
    response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
    return response
