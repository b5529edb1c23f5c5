import re

from flask import Flask, make_response, request

app = Flask(__name__)
LETTERS = re.compile('[A-Za-z')


@app.route('/', methods=['GET'])
def home():
    return 'Practicing Cookies!'


@app.route('/addCookie', methods=['GET'])
def addCookie():
    response = make_response('Cookie added!')
    response.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return response


@app.route('/displayCookieValue', methods=['GET'])
def displayCookieValue():
    try:
        value = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + value if LETTERS.match(value) else 'Cookie value: '
    except KeyError:
        return 'Cookie not found!'


@app.route('/removeCookie', methods=['GET'])
def removeCookie():
    response = make_response('Cookie removed!')
    response.set_cookie('myFirstCookie', '', max_age=0)
    return response


app.run(host='0.0.0.0', port=88)
