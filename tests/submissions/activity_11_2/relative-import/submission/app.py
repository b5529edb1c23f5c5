from flask import Flask

from .cookies import cookies

app = Flask(__name__)
app.register_blueprint(cookies)

app.run(port=88)
