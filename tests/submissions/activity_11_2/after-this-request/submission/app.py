from flask import Flask, after_this_request, request

app = Flask(__name__)


@app.route('/')
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie')
def addCookie():
    @after_this_request
    def add(response):
        response.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
        return response
    return 'Cookie added!'


@app.route('/displayCookieValue')
def displayCookieValue():
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except KeyError:
        return 'Cookie not found!'


@app.route('/removeCookie')
def removeCookie():
    @after_this_request
    def remove(response):
        response.set_cookie('myFirstCookie', '', max_age=0)
        return response
    return 'Cookie removed!'


app.run(host='0.0.0.0', port=88)
