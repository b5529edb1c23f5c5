from flask import Flask
from flask import request
from flask import make_response

app = Flask(__name__)

cookie_name = 'myFirstCookie'
cookie_text = 'Hello World - my first cookie!'

def read_cookie(name):
    try:
        return request.cookies[name]
    except KeyError:
        return None

@app.route('/', methods = ['GET'])
def practicing():
    message = 'Practicing Cookies!'
    return message

@app.route('/addCookie', methods = ['GET'])
def addCookie():
    response = make_response('Cookie added!')
    response.set_cookie(cookie_name, cookie_text)
    return response

@app.route('/displayCookieValue', methods = ['GET'])
def displayCookieValue():
    cookieValue = read_cookie(cookie_name)
    if cookieValue == None:
        return 'Cookie not found!'
    return 'Found the cookie: ' + cookieValue

@app.route('/removeCookie', methods = ['GET'])
def removeCookie():
    response = make_response('Cookie removed!')
    response.set_cookie(cookie_name, cookie_text, max_age = 0)
    return response

app.run(host='0.0.0.0', port=88, debug=False)
