# Activity 11.2 - cookies
# I pledge that this is my own work
from flask import Flask, make_response, request

app = Flask(__name__)

# home page
@app.route('/', methods=['GET'])
def index():
    return '<h1>Practicing Cookies!</h1>'

# Step 3: add the cookie
@app.route('/addCookie', methods=['GET'])
def addCookie():
    # create a response object first
    res = make_response("<p>Cookie added!</p>")
    # name of the cookie, then the value
    res.set_cookie("myFirstCookie", value="Hello World - my first cookie!")
    return res

# Step 5: show the cookie
@app.route('/displayCookieValue', methods=['GET'])
def displayCookieValue():
    cookieValue = request.cookies.get('myFirstCookie')
    if cookieValue:
        message = "Found the cookie: " + cookieValue
    else:
        message = "Cookie not found!"
    return "<p>" + message + "</p>"

# Step 7: remove the cookie
@app.route('/removeCookie', methods=['GET'])
def removeCookie():
    res = make_response("<p>Cookie removed!</p>")
    res.set_cookie("myFirstCookie", "", max_age=0)
    return res

if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
