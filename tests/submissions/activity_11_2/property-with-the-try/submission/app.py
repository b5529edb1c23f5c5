from flask import Flask, make_response, request

app = Flask(__name__)


class Jar:
    @property
    def first(self):
        try:
            return request.cookies['myFirstCookie']
        except KeyError:
            return None


jar = Jar()

@app.route('/')
def home():
    return 'Practicing Cookies!'

@app.route('/addCookie')
def add_cookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp

@app.route('/displayCookieValue')
def display():
    return f'Found the cookie: {jar.first}' if jar.first else 'Cookie not found!'

@app.route('/removeCookie')
def remove():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp

if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
