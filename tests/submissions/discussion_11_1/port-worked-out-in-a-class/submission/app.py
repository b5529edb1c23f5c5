from flask import Flask

class Config:
    PORT = 6000 // 2

app = Flask(__name__)


@app.route('/')
def hello():
    return 'Hello World!'


app.run(port=Config.PORT)
