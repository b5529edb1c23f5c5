from flask import Flask, make_response, request

app = Flask(__name__)


@app.route('/')
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie')
def addCookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp


def cookie_required(view):
    def wrapper():
        try:
            return view()
        except KeyError:
            return 'Cookie not found!'
    return wrapper


@app.route('/displayCookieValue')
@cookie_required
def displayCookieValue():
    return 'Found the cookie: ' + request.cookies['myFirstCookie']


@app.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp


app.run(host='0.0.0.0', port=88)
