from flask import Flask, request, make_response

server = Flask(__name__)

@server.route('/')
def home():
    return 'Practicing Cookies!'

@server.route('/addCookie')
def addCookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp

@server.route('/displayCookieValue')
def displayCookieValue():
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except KeyError:
        return 'Cookie not found!'

@server.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp
