# Jane's first website
from flask import Flask

app = Flask(__name__)

@app.route("/")
def home():
    return "<h1>My first GET request</h1>"

app.run(debug=True, port=5000)
