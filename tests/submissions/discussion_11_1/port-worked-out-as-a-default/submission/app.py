from flask import Flask

import os
PORT = int(os.environ.get('PORT', '30' + '00'))
app = Flask(__name__)


@app.route('/')
def hello():
    return 'Hello World!'


if __name__ == '__main__':
    app.run(port=PORT)
