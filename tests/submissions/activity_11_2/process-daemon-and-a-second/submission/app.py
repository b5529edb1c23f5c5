import time
from flask import Flask, make_response, request
from multiprocessing import Process

app = Flask(__name__)


@app.route('/')
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie')
def add_cookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp


@app.route('/displayCookieValue')
def display_cookie_value():
    try:
        value = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + value
    except KeyError:
        return 'Cookie not found!'


@app.route('/removeCookie')
def remove_cookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp




def serve():
    app.run(host='0.0.0.0', port=88)


if __name__ == '__main__':
    Process(target=serve, daemon=True).start()
    time.sleep(1)
