from flask import Blueprint, Flask, make_response, request

app = Flask(__name__)
bp = Blueprint('cookies', __name__, url_prefix='/cookies')


@app.route('/')
def index():
    return 'Practicing Cookies!'


@bp.route('/addCookie')
def addCookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp


@bp.route('/displayCookieValue')
def displayCookieValue():
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except KeyError:
        return 'Cookie not found!'


@bp.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp


app.register_blueprint(bp)

if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
