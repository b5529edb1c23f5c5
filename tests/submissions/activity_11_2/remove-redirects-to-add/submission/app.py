from flask import Flask, request, make_response, redirect

app = Flask(__name__)

@app.route('/')
def home():
    return 'Practicing Cookies!'

@app.route('/addCookie')
def addCookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp

@app.route('/displayCookieValue')
def displayCookieValue():
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except KeyError:
        return 'Cookie not found!'

@app.route('/removeCookie')
def removeCookie():
    resp = make_response(redirect('/addCookie'))
    resp.delete_cookie('myFirstCookie')
    return resp

app.run(host='0.0.0.0', port=88)
