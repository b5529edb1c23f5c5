from flask import Flask
app = Flask(__name__)
from flask import Blueprint
bp = Blueprint('b', __name__)
@bp.route('/hello')
def hello():
    return 'Hello World!'

if __name__ == '__main__':
    app.run(debug=True, host='0.0.0.0', port=3000)
