from flask import Flask
from flask import request
from flask import make_response

app = Flask(__name__)

cookie_name = 'myFirstCookie'
cookie_text = 'Hello World - my first cookie!'

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
    cookieValue = None
    try:
        cookieValue = request.cookies.get(cookie_name)
        output = 'Found the cookie: ' + cookieValue
    except TypeError:
        output = 'Cookie not found!'
    return output

@app.route('/removeCookie', methods = ['GET'])
def removeCookie():
    response = make_response('Cookie removed!')
    response.set_cookie(cookie_name, cookie_text, max_age = 0)
    return response

app.run(host='0.0.0.0', port=88, debug=False)
