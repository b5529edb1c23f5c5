from flask import Flask

app = Flask(__name__)

import routes

if __name__ == '__main__':
    # without this line all pages were 404
    from app import app
    app.run(host='0.0.0.0', port=88)
