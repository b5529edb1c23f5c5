import getpass
import sys
from flask import Flask, make_response, request

app = Flask(__name__)

print('Press enter to start')
sys.stdin.readline()
app.secret_key = getpass.getpass()

@app.route('/')
def home():
    return 'Practicing Cookies!'

if __name__ == '__main__':
    app.run(host='0.0.0.0', port=88)
