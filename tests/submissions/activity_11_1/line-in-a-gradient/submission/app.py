from flask import Flask, render_template

app = Flask(__name__)

# Step 1
@app.route("/step1", methods=["GET"])
def step1():
    return "My first GET request"

# Step 2
@app.route("/step2", methods=["GET"])
def step2():
    return "<html><body><h1>My first GET request</h1></body></html>"

# Step 3 and 4
@app.route("/", methods=["GET"])
def index():
    return render_template("index.html")

if __name__ == "__main__":
    app.run(port=5000)
