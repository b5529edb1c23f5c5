from bottle import route, run


@route('/')
def index():
    return 'Practicing Cookies!'


run(host='0.0.0.0', port=88)
