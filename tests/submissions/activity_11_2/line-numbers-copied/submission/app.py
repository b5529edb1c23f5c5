1 from flask import Flask, make_response, request
2 
3 app = Flask(__name__)
4 
5 @app.route('/')
6 def home():
7     return 'Practicing Cookies!'
8 
9 @app.route('/addCookie')
10 def addCookie():
11     resp = make_response('Cookie added!')
12     resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
13     return resp
14 
15 @app.route('/displayCookieValue')
16 def displayCookieValue():
17     try:
18         cookieValue = request.cookies['myFirstCookie']
19         return 'Found the cookie: ' + cookieValue
20     except KeyError:
21         return 'Cookie not found!'
22 
23 @app.route('/removeCookie')
24 def removeCookie():
25     resp = make_response('Cookie removed!')
26     resp.set_cookie('myFirstCookie', '', max_age=0)
27     return resp
28 
29 app.run(host='0.0.0.0', port=88)
30 