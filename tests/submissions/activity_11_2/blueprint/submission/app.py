from flask import Flask

from cookies import cookies

app = Flask(__name__)
app.register_blueprint(cookies)

if __name__ == "__main__":
    app.run(port=88)
