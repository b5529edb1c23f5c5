from flask import Flask
from markupsafe import escape

app = Flask(__name__)


@app.route("/hello/<name>")
def hello(name):
    return f"Hello {escape(name)}, I am the server!"


app.run("localhost", 3000)
