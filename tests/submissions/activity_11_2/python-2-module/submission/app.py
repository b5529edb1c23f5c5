from flask import Flask, make_response, request
import urllib2

app = Flask(__name__)


@app.route('/')
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie')
def addCookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp


@app.route('/displayCookieValue')
def displayCookieValue():
    try:
        value = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + urllib2.unquote(value)
    except KeyError:
        return 'Cookie not found!'


@app.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
