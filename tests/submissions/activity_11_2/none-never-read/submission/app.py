from flask import Flask, make_response, request

app = Flask(__name__)


@app.route('/')
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie')
def addCookie():
    resp = make_response('Cookie added!')
    return resp


@app.route('/displayCookieValue')
def displayCookieValue():
    cookieValue = None
    return 'Cookie value: ' + cookieValue


@app.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    return resp


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
