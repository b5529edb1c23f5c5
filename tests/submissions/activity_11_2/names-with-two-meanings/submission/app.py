from flask import Flask, make_response, request

app = Flask(__name__)
str = 'Found the cookie: '


@app.route('/')
def home():
    return 'Practicing Cookies!'


# adds the cookie
@app.route('/addCookie')
def make_response():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp


@app.route('/displayCookieValue')
def display():
    try:
        value = request.cookies['myFirstCookie']
    except KeyError:
        return 'Cookie not found!'
    return str + str(value)


@app.route('/removeCookie')
def remove():
    resp = app.make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp


app.run(host='0.0.0.0', port=88)
