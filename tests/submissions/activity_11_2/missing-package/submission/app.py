from flask import Flask, request, make_response
from flask_cookie_helpers import CookieManager

app = Flask(__name__)
cookies = CookieManager(app)

@app.route("/")
def home():
    return "Practicing Cookies!"

@app.route("/addCookie")
def add_cookie():
    resp = make_response("Cookie added!")
    resp.set_cookie("myFirstCookie", "Hello World - my first cookie!")
    return resp

@app.route("/displayCookieValue")
def display_cookie_value():
    try:
        value = request.cookies["myFirstCookie"]
    except KeyError:
        return "Cookie not found!"
    return f"Found the cookie: {value}"

@app.route("/removeCookie")
def remove_cookie():
    resp = make_response("Cookie removed!")
    resp.set_cookie("myFirstCookie", "", max_age=0)
    return resp

if __name__ == "__main__":
    app.run(debug=True, host="0.0.0.0", port=88)
