from flask import Flask, make_response, request

app = Flask(__name__)


@app.route('/', methods=['GET'])
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie', methods=['GET'])
def addCookie():
    response = make_response('Cookie added!')
    response.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return response


@app.route('/displayCookieValue', methods=['GET'])
def displayCookieValue():
    cookieValue = None
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except:
        return 'Cookie not found!'


@app.route('/removeCookie', methods=['GET'])
def removeCookie():
    response = make_response('Cookie removed!')
    response.set_cookie('myFirstCookie', value='', max_age=-1)
    return response


app.run(host='0.0.0.0', port=88)
