from datetime import timedelta

from flask import Flask, make_response, render_template, request

app = Flask(__name__)

@app.route('/')
def home():
    return render_template('templates/home.html')


@app.route('/addCookie')
def add():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie')
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
    resp.set_cookie('myFirstCookie', '', expires=timedelta(0))
    return resp


app.run(host='0.0.0.0', port=88)
