from flask import Flask, make_response, request

app = Flask(__name__)


@app.route('/', methods=['GET'])
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie', methods=['GET'])
def addCookie():
    res = make_response('Cookie added!')
    res.set_cookie('myFirstCookie', ['Hello World - my first cookie!'])
    return res


@app.route('/displayCookieValue', methods=['GET'])
def displayCookieValue():
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except KeyError:
        return 'Cookie not found!'


@app.route('/removeCookie', methods=['GET'])
def removeCookie():
    res = make_response('Cookie removed!')
    res.set_cookie('myFirstCookie', '', max_age=0)
    return res


app.run(host='0.0.0.0', port=88)
