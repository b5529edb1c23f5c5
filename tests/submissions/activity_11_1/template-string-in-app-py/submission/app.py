from flask import Flask, render_template_string

app = Flask(__name__)

PAGE = """
<h1>Hello, my name is {{ name }}</h1>
<p>My first GET request</p>
"""


@app.route('/')
def index():
    return render_template_string(PAGE, name='Jane Doe')


app.run(port=5000)
