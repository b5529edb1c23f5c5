"""Activity 11.1: creating a website using Flask."""

from flask import Flask, render_template

app = Flask(__name__)


# Steps 3 and 4: the page made from templates/index.html.
@app.route("/", methods=["GET"])
def index() -> str:
    return render_template("index.html")


# Step 1: plain text.
@app.route("/get-text", methods=["GET"])
def get_text() -> tuple[str, dict[str, str]]:
    return "My first GET request", {"Content-Type": "text/plain"}


# Step 2: the same line inside HTML.
@app.route("/get-html", methods=["GET"])
def get_html() -> str:
    return "<!doctype html><title>Activity 11.1</title><h1>My first GET request</h1>"


if __name__ == "__main__":
    app.run(port=5000)
