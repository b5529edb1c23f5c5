from flask import Flask, request

app = Flask(__name__)


@app.route('/')
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie')
def addCookie():
    return 'Cookie added!', 201, {'Set-Cookie': 'myFirstCookie="Hello World - my first cookie!"; Path=/; HttpOnly'}


@app.route('/displayCookieValue')
def displayCookieValue():
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except KeyError:
        return 'Cookie not found!'


@app.route('/removeCookie')
def removeCookie():
    return 'Cookie removed!', {'Set-Cookie': 'myFirstCookie=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'}


app.run(host='0.0.0.0', port=88)
