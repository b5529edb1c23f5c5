from functools import wraps

from flask import Flask, make_response, request

app = Flask(__name__)


def no_cache(view):
    @wraps(view)
    def wrapped(*args, **kwargs):
        response = make_response(view(*args, **kwargs))
        response.headers['Cache-Control'] = 'no-store'
        return response


@app.route('/', methods=['GET'])
def home():
    return 'Practicing Cookies!'


@app.route('/addCookie', methods=['GET'])
@no_cache
def addCookie():
    response = make_response('Cookie added!')
    response.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return response


@app.route('/displayCookieValue', methods=['GET'])
def displayCookieValue():
    try:
        return 'Found the cookie: ' + request.cookies['myFirstCookie']
    except KeyError:
        return 'Cookie not found!'


@app.route('/removeCookie', methods=['GET'])
def removeCookie():
    response = make_response('Cookie removed!')
    response.set_cookie('myFirstCookie', '', max_age=0)
    return response


app.run(host='0.0.0.0', port=88)
