from flask import Flask, make_response, request

app = Flask(__name__)

@app.route('/')
def home():
    return 'Practicing Cookies!'

if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
