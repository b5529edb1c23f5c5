from flask import Flask, render_template


def make_app():
    site = Flask(__name__)
    site.add_url_rule('/', 'home', lambda: render_template('home.html', title='Clients and servers'))
    return site


if __name__ == '__main__':
    make_app().run(host='127.0.0.1', port=3000)
