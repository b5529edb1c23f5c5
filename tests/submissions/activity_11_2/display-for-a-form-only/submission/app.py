from flask import Flask, request, make_response

app = Flask(__name__)

@app.route('/')
def home():
    return 'Practicing Cookies!'

@app.route('/addCookie')
def addCookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp

@app.route('/displayCookieValue', methods=['GET', 'POST'])
def displayCookieValue():
    if request.method == 'POST':
        try:
            return 'Found the cookie: ' + request.cookies['myFirstCookie']
        except KeyError:
            return 'Cookie not found!'
    return '<form method="POST"><button>Show my cookie</button></form>'

@app.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp

app.run(host='0.0.0.0', port=88)
