from flask import Flask

app = Flask(__name__)


@app.route('/<path:anything>')
@app.route('/')
def hello(anything='world'):
    return {'hello': anything}


def main():
    from werkzeug.serving import run_simple
    run_simple('localhost', 3000, app, use_reloader=True, use_debugger=True)


if __name__ == '__main__':
    main()
