import os
from flask import Flask, make_response, request

app = Flask(__name__)

os.chdir(r'C:\Users\anna\Documents\activity11.2')

@app.route('/')
def home():
    return 'Practicing Cookies!'

if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
