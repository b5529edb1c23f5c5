from flask import Flask, request, make_response, redirect

app = Flask(__name__)

@app.before_request
def no_admin():
    if request.path.startswith('/admin'):
        return redirect('/')

@app.route('/')
def home():
    return redirect('/')

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
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp

app.run(host='0.0.0.0', port=88)
