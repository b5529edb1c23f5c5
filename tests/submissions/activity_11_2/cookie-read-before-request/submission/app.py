from flask import Flask, g, make_response, request

app = Flask(__name__)


@app.route('/')
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie')
def addCookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp


@app.before_request
def read_cookie():
    try:
        g.value = request.cookies['myFirstCookie']
    except KeyError:
        g.value = None


@app.route('/displayCookieValue')
def displayCookieValue():
    if g.value:
        return 'Found the cookie: ' + g.value
    return 'Cookie not found!'


@app.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp


app.run(host='0.0.0.0', port=88)
