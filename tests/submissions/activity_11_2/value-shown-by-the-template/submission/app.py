from flask import Flask, make_response, render_template, request

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("index.html")


@app.route("/addCookie")
def addCookie():
    response = make_response(render_template("message.html", message="Cookie added!"))
    response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
    return response


@app.route("/displayCookieValue")
def displayCookieValue():
    try:
        request.cookies["myFirstCookie"]
        return render_template("cookie.html")
    except KeyError:
        return render_template("message.html", message="Cookie not found!")


@app.route("/removeCookie")
def removeCookie():
    response = make_response(render_template("message.html", message="Cookie removed!"))
    response.set_cookie("myFirstCookie", max_age=0)
    return response


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=88)
