from flask import Flask, request, make_response

app = Flask(__name__)

@app.route('/')
def index():
    return 'Practicing Cookies!'

@app.route('/addCookie')
def addCookie():
    response = make_response('Cookie added!')
    response.headers['Set-Cookie'] = 'myFirstCookie="Hello World - my first cookie!"; path=/'
    return response

@app.route('/displayCookieValue')
def displayCookieValue():
    try:
        return 'Found the cookie: ' + request.cookies['myFirstCookie']
    except KeyError:
        return 'Cookie not found!'

@app.route('/removeCookie')
def removeCookie():
    headers = {'set-cookie': 'myFirstCookie=; path=/; MAX-AGE=0'}
    return 'Cookie removed!', 200, headers

app.run(host='0.0.0.0', port=88)
