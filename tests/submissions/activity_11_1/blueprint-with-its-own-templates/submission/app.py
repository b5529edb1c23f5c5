from flask import Flask

from site_pages import pages

app = Flask(__name__)
app.register_blueprint(pages)

if __name__ == '__main__':
    app.run(port=5000)
