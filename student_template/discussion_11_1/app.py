# Discussion 11.1: a simple Flask application that displays a string.
#
# Run it with:  python app.py
# Then open the page of your route on http://localhost:3000 in the browser.

from flask import Flask

app = Flask(__name__)

# Write your route here: a function, decorated with the address that it answers,
# that returns the string the browser shall display.


if __name__ == '__main__':
    app.run(debug=True, host='0.0.0.0', port=3000)
