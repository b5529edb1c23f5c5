from flask import Flask, make_response, request

app = Flask(__name__)


@app.route('/')
def home():
    with open(r'C:\Users\anna\Desktop\cookies\words.txt') as file:
        return file.read()


@app.route('/addCookie')
def add():
    with open('logs/visits.txt', 'a') as file:
        file.write('added')
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp


@app.route('/displayCookieValue')
def display():
    try:
        value = request.cookies['myFirstCookie']
    except KeyError:
        return 'Cookie not found!'
    with open('found.txt') as file:
        return file.read() + value


@app.route('/removeCookie')
def remove():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp


app.run(host='0.0.0.0', port=88)
