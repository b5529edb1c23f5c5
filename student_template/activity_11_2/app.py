# Activity 11.2: adding a cookie to a website.
#
# Run it with:  python app.py
# Then open http://localhost:88 in the browser.

from flask import Flask, make_response, request

app = Flask(__name__)


@app.route('/', methods=['GET'])
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie', methods=['GET'])
def addCookie():
    # Step 3: send the cookie along with this answer. Only a response object
    # can carry a cookie, and make_response turns a text into one.
    return 'Cookie added!'


@app.route('/displayCookieValue', methods=['GET'])
def displayCookieValue():
    cookieValue = None

    # Step 5: read the cookie from the request inside a try block, and display
    # its value. When there is no such cookie, display that it was not found.
    return 'Cookie value: ' + str(cookieValue)


@app.route('/removeCookie', methods=['GET'])
def removeCookie():
    # Step 7: make the browser forget the cookie: set it again, with a
    # max_age of 0.
    return 'Cookie removed!'


app.run(host='0.0.0.0', port=88)
