from flask import Flask, make_response, request


class Cookies:
    def __init__(self):
        self.app = Flask(__name__)
        self.app.add_url_rule('/', 'home', self.home)
        self.app.add_url_rule('/addCookie', 'add', self.add)
        self.app.add_url_rule('/displayCookieValue', 'display', self.display)
        self.app.add_url_rule('/removeCookie', 'remove', self.remove)

    def home():
        return 'Practicing Cookies!'

    def add(self):
        make_response = make_response('Cookie added!')
        make_response.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
        return make_response

    def display(self):
        try:
            return 'Found the cookie: ' + request.cookies['myFirstCookie']
        except KeyError:
            return 'Cookie not found!'

    def remove(self):
        resp = make_response('Cookie removed!')
        resp.set_cookie('myFirstCookie', None, max_age=0)
        return resp


if __name__ == '__main__':
    Cookies().app.run(host='0.0.0.0', port=88)
