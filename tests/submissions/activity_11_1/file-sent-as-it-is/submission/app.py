from flask import Flask, send_file

app = Flask(__name__)


@app.route('/', methods=['GET'])
def first_page():
    return send_file('templates/index.html')


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=5000)
