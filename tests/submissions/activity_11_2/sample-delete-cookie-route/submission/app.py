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


@app.route('/delete-cookie/')
def delete_cookie():
    res = make_response("Cookie Removed")
    res.set_cookie('foo', 'bar', max_age=0)
    return res


app.run(host='0.0.0.0', port=88)
