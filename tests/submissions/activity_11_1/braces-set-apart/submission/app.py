from flask import Flask, render_template

app = Flask(__name__)


@app.route('/')
def index():
    return render_template('index.html', full_name='Jane Doe')


app.run(port=5000)
