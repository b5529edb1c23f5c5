from flask import Flask, Response, request

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
    r.remove_cookie(NAME)
    return r


app.run(port=88)
