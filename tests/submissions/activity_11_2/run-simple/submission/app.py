from flask import Flask, Response, request
from werkzeug.serving import run_simple

app = Flask(__name__)
NAME = "myFirstCookie"


@app.get("/")
def index():
    return "Practicing Cookies!"


@app.get("/addCookie")
def add():
    r = Response("Cookie added!")
    r.set_cookie(NAME, "Hello World - my first cookie!")
    return r


@app.get("/displayCookieValue")
def display():
    try:
        return "Found the cookie: " + request.cookies[NAME]
    except KeyError:
        return "Cookie not found!"


@app.get("/removeCookie")
def remove():
    r = Response("Cookie removed!")
    r.delete_cookie(NAME)
    return r


if __name__ == "__main__":
    run_simple("localhost", 88, app)
