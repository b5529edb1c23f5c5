from flask import Flask, make_response, redirect, render_template, request, url_for

app = Flask(__name__)


@app.route('/')
def home():
    return render_template('index.html')


@app.route('/addCookie', methods=['GET', 'POST'])
def add():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', request.form['value'])
    return resp


@app.route('/displayCookieValue')
def display():
    try:
        value = request.cookies['myFirstCookie']
    except KeyError:
        return 'Cookie not found!'
    return 'Found the cookie: ' + value[:5]


@app.route('/removeCookie')
def remove():
    resp = make_response('Cookie removed!')
    resp = redirect(url_for('index'))
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp


app.run(host='0.0.0.0', port=88)
