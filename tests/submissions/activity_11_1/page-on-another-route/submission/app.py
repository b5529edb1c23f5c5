from flask import Flask, render_template, request

app = Flask(__name__)


@app.get("/")
def index():
    if request.args.get("plain"):
        return "My first GET request"
    return "<h1>My first <em>GET</em> request</h1>"


@app.get("/hello/")
def hello():
    return render_template("index.html")


if __name__ == "__main__":
    app.run()
