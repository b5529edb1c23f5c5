from flask import Flask, make_response, request
from flask.views import View, MethodView

app = Flask(__name__)


class Home(View):
    def dispatch_request(self):
        return 'Practicing Cookies!'


class Add(MethodView):
    def get(self):
        response = make_response('Cookie added!')
        response.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
        return response


class Display(MethodView):
    def get(self):
        try:
            return 'Found the cookie: ' + request.cookies['myFirstCookie']
        except KeyError:
            return 'Cookie not found!'


class Remove(MethodView):
    def get(self):
        response = make_response('Cookie removed!')
        response.delete_cookie('myFirstCookie')
        return response


app.add_url_rule('/', view_func=Home.as_view('home'))
app.add_url_rule('/addCookie', view_func=Add.as_view('add'))
app.add_url_rule('/displayCookieValue', view_func=Display.as_view('display'))
app.add_url_rule('/removeCookie', view_func=Remove.as_view('remove'))

if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
