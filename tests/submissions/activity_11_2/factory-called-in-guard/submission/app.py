from flask import Flask, make_response, request


def create_app():
    application = Flask(__name__)

    @application.route("/")
    def index():
        return "Practicing Cookies!"

    @application.route("/addCookie")
    def add_cookie():
        response = make_response("Cookie added!")
        response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
        return response

    @application.route("/displayCookieValue")
    def display_cookie_value():
        try:
            return "Found the cookie: " + request.cookies["myFirstCookie"]
        except KeyError:
            return "Cookie not found!"

    @application.route("/removeCookie")
    def remove_cookie():
        response = make_response("Cookie removed!")
        response.set_cookie("myFirstCookie", "", max_age=0)
        return response

    return application


if __name__ == "__main__":
    create_app().run(host="0.0.0.0", port=88)
