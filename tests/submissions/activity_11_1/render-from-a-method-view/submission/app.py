from flask import Flask, render_template
from flask.views import MethodView

server = Flask(__name__)


class IndexView(MethodView):
    def get(self):
        return render_template('index.html'), 200, {'X-Step': '4'}


server.add_url_rule('/', view_func=IndexView.as_view('index'))

if __name__ == '__main__':
    server.run(debug=True)
