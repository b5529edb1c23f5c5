from flask import Flask, make_response, request, render_template

app = Flask(__name__)

@app.route('/')
def home():
    return 'Practicing Cookies!'

@app.route('/addCookie')
def addCookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp

@app.route('/displayCookieValue')
def d():
    value = None
    try:
        value = request.cookies['myFirstCookie']
    except KeyError:
        pass
    return render_template('show.html', value=value)

@app.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp

app.run(host='0.0.0.0', port=88)
