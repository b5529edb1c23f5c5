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


class NoCookie(Exception):
    pass


@app.route('/displayCookieValue')
def displayCookieValue():
    try:
        if not (value := request.cookies.get('myFirstCookie')):
            raise NoCookie
        return f'Found the cookie: {value}'
    except NoCookie:
        return 'Cookie not found!', 404


@app.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp


app.run(host='0.0.0.0', port=88)
