from flask import Flask, Response, render_template_string, request

app = Flask(__name__)
NAME = "myFirstCookie"


@app.get("/")
def index():
    return render_template_string("<h1>Practicing {{ what }}!</h1>", what="Cookies")


@app.get("/addCookie")
def add():
    r = Response("Cookie added!")
    r.set_cookie(NAME, "Hello World - my first cookie!")
    return r


@app.get("/displayCookieValue")
def display():
    try:
        value = request.cookies[NAME]
        return render_template_string("<p>Found the cookie: &ldquo;{{ v }}&rdquo;</p>", v=value)
    except KeyError:
        return "Cookie not found!"


@app.get("/removeCookie")
def remove():
    r = Response("Cookie removed!")
    r.delete_cookie(NAME)
    return r


app.run(port=88)
