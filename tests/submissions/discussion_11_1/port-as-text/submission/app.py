from flask import Flask

app = Flask(__name__)

@app.route('/hello')
def hello():
    return 'Hello World!'

if __name__ == '__main__':
    PORT = '3000'
    app.run(port=PORT)
