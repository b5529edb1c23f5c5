# Activity 11.1: creating a website using Flask.
#
# Run it with:  python app.py
# Then open http://localhost:5000 in the browser.

from flask import Flask, render_template

app = Flask(__name__)


@app.route('/', methods=['GET'])
def index():
    # Step 1: return the text that the browser shall display.
    # Step 2: return the same line inside HTML.
    # Step 4: return the page that you wrote in templates/index.html.
    return ''


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=5000)
