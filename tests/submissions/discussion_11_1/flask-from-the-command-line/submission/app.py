from flask import Flask
app = Flask(__name__)
from flask.cli import FlaskGroup
cli = FlaskGroup(create_app=lambda: app)
@app.route('/hello')
def hello():
    return 'Hello World!'
if __name__ == '__main__':
    cli.main(['run', '--port', '3000'])
