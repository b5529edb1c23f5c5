from flask import Flask, make_response, request

server = Flask(__name__)


@server.route('/', methods=['GET'])
def index():
    return 'Practicing Cookies!'


@server.route('/addCookie', methods=['GET'])
def addCookie():
    response = make_response('Cookie added!')
    response.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return response


@server.route('/displayCookieValue', methods=['GET'])
def displayCookieValue():
    cookieValue = None
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except:
        return 'Cookie not found!'


@server.route('/removeCookie', methods=['GET'])
def removeCookie():
    response = make_response('Cookie removed!')
    response.set_cookie('myFirstCookie', max_age=0)
    return response


server.run(host='0.0.0.0', port=88)
