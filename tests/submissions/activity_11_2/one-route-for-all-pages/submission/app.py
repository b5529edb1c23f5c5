from flask import Flask, abort, make_response, request

app = Flask(__name__)


@app.route("/", defaults={"page": ""})
@app.route("/<page>")
def show(page):
    if page == "":
        return "Practicing Cookies!"
    if page == "addCookie":
        response = make_response("Cookie added!")
        response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
        return response
    if page == "displayCookieValue":
        try:
            return "Found the cookie: " + request.cookies["myFirstCookie"]
        except KeyError:
            return "Cookie not found!"
    if page == "removeCookie":
        response = make_response("Cookie removed!")
        response.set_cookie("myFirstCookie", max_age=0)
        return response
    abort(404)


app.run(host="0.0.0.0", port=88)
