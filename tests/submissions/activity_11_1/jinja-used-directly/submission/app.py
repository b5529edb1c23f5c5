from flask import Flask

app = Flask(__name__)


@app.route('/', methods=['GET'])
def index():
    return app.jinja_env.get_template('index.html').render()


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=5000)
