# Jane's first website
from flask import Flask
from flask import render_template

app = Flask(__name__)

@app.route("/")
def home():
    # return "My first GET request"
    # return "<h1>My first GET request</h1>"
    return render_template("index.html")

app.run(debug=True, port=5000)
