from flask import Flask, make_response, request

app = Flask(__name__)
print('启动中… 🍪')


@app.route('/', methods=['GET'])
def index():
    # 首页
    return 'Practicing Cookies! 🍪'


@app.route('/addCookie', methods=['GET'])
def addCookie():
    # 添加一个 cookie
    response = make_response('Cookie added! 🍪')
    response.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return response


@app.route('/displayCookieValue', methods=['GET'])
def displayCookieValue():
    cookieValue = None
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except:
        return 'Cookie not found!'


@app.route('/removeCookie', methods=['GET'])
def removeCookie():
    # 把 max_age 设为 0 就会删除
    response = make_response('Cookie removed!')
    response.set_cookie('myFirstCookie', max_age=0)
    return response


app.run(host='0.0.0.0', port=88)
