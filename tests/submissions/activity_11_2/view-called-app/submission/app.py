from flask import Flask, make_response, request

app = Flask(__name__)


@app.route('/')
def app():
    return 'Practicing Cookies!'


@app.route('/addCookie')
def add_cookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp


app.run(host='0.0.0.0', port=88)
