from flask import Flask, make_response, request
app = Flask(__name__)
@app.route('/')
def index():
    return 'Practicing Cookies!'
import base64
@app.route('/addCookie')
def addCookie():
    r = make_response('Cookie added!')
    r.set_cookie('myFirstCookie', base64.b64encode(b'Hello World - my first cookie!').decode())
    return r
@app.route('/displayCookieValue')
def d():
    try:
        return 'Found the cookie: ' + base64.b64decode(request.cookies['myFirstCookie']).decode()
    except KeyError:
        return 'Cookie not found!'
@app.route('/removeCookie')
def removeCookie():
    r = make_response('Cookie removed!')
    r.set_cookie('myFirstCookie', '', max_age=0)
    return r
if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
