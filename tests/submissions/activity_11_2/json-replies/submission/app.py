from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/")
def index():
    return jsonify(message="Practicing Cookies!")


@app.route("/addCookie")
def addCookie():
    response = jsonify(message="Cookie added!")
    response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
    return response


@app.route("/displayCookieValue")
def displayCookieValue():
    try:
        return {"Found the cookie": request.cookies["myFirstCookie"]}
    except KeyError:
        return {"error": "Cookie not found!"}, 404


@app.route("/removeCookie")
def removeCookie():
    response = jsonify(message="Cookie removed!")
    response.set_cookie("myFirstCookie", max_age=0)
    return response


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=88)
