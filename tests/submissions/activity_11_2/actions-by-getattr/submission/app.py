from flask import Flask, request, make_response
from flask.views import MethodView
app = Flask(__name__)
class Home(MethodView):
    def get(self):
        return 'Practicing Cookies!'
class CookieView(MethodView):
    name = 'myFirstCookie'
    def get(self, action):
        return getattr(self, action)()
    def addCookie(self):
        r = make_response('Cookie added!')
        r.set_cookie(self.name, 'Hello World - my first cookie!')
        return r
    def displayCookieValue(self):
        try:
            return 'Found the cookie: ' + request.cookies[self.name]
        except KeyError:
            return 'Cookie not found!'
    def removeCookie(self):
        r = make_response('Cookie removed!')
        r.set_cookie(self.name, max_age=0)
        return r
app.add_url_rule('/', view_func=Home.as_view('home'))
app.add_url_rule('/<action>', view_func=CookieView.as_view('cookie'))
if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
