from functools import wraps

from flask import Flask, make_response, redirect, request, session

app = Flask(__name__)
app.secret_key = 'cookies'


def login_required(view):
    @wraps(view)
    def checked():
        return view() if 'user' in session else redirect('/')
    return checked


@app.route('/')
def home():
    return 'Practicing Cookies!'


@app.route('/addCookie')
def add():
    resp = make_response()
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    resp = make_response('Cookie added!')
    return resp


@app.route('/displayCookieValue')
def display():
    try:
        return 'Found the cookie: ' + request.cookies['myFirstCookie']
    except KeyError:
        return 'Cookie not found!'


@app.route('/removeCookie')
@login_required
def remove():
    resp = make_response('Cookie removed!')
    # with max_age 0
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp


app.run(host='0.0.0.0', port=88)
