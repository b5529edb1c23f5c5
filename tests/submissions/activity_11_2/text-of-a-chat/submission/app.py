Sure! Here's the complete code for your Flask activity:

from flask import Flask, make_response, request

app = Flask(__name__)

@app.route('/')
def home():
    return 'Practicing Cookies!'

@app.route('/addCookie')
def add_cookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp

@app.route('/displayCookieValue')
def display():
    try:
        value = request.cookies['myFirstCookie']
    except KeyError:
        return 'Cookie not found!'
    return 'Found the cookie: ' + value

@app.route('/removeCookie')
def remove():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp

if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
