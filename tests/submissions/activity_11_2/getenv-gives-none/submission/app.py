import os
from flask import Flask, make_response, request

app = Flask(__name__)

PORT = os.getenv('COOKIE_PORT')

@app.route('/')
def home():
    return 'Practicing Cookies!'


app.run(host='0.0.0.0', port=int(PORT))
