from __future__ import annotations

from typing import Final

from flask import Flask, Response, make_response, request

app: Final[Flask] = Flask(__name__)
COOKIE: Final[str] = "myFirstCookie"
VALUE: Final[str] = "Hello World - my first cookie!"


def answer(text: str, value: str, max_age: int | None) -> Response:
    response: Response = make_response(text)
    response.set_cookie(COOKIE, value, max_age=max_age)
    return response


@app.route("/")
def index() -> str:
    return "Practicing Cookies!"


@app.route("/addCookie")
def add_cookie() -> Response:
    return answer("Cookie added!", VALUE, None)


@app.route("/displayCookieValue")
def display_cookie_value() -> tuple[str, int]:
    value: str
    try:
        value = request.cookies[COOKIE]
    except KeyError:
        return "Cookie not found!", 200
    else:
        return f"Found the cookie: {value}", 200


@app.route("/removeCookie")
def remove_cookie() -> Response:
    return answer("Cookie removed!", "", 0)


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=88)
