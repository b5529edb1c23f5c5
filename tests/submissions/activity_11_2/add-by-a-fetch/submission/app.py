from flask import Flask, request, make_response

app = Flask(__name__)

@app.route('/')
def home():
    return 'Practicing Cookies!'

@app.route('/addCookie')
def addCookie():
    return """<h1>Cookie added!</h1>
    <script>
    fetch('/set').then(r => { if (!document.cookie) location.reload(); });
    </script>"""

@app.route('/displayCookieValue')
def displayCookieValue():
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except KeyError:
        return 'Cookie not found!'

@app.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp

@app.route('/set')
def set_it():
    resp = make_response('ok')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp

app.run(host='0.0.0.0', port=88)
