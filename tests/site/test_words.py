"""A line that Python cannot read: what is advised reads, and is what was meant; where nothing is known, nothing is."""

from __future__ import annotations

import pytest

from grader.sandbox.messages import Frame
from grader.sandbox.words.one_line import mended

SET = "res.set_cookie('myFirstCookie', 'Hello World')"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("define add():", "def add():"),
        ("function add() {", "def add():"),
        ("def add() => {", "def add():"),
        ("def add-cookie():", "def add_cookie():"),
        ("def index)(:", "def index():"),
        ("Import flask", "import flask"),
        ("form flask import Flask", "from flask import Flask"),
        ("from flask import Flask make_response request", "from flask import Flask, make_response, request"),
        ("from flask import Flask, request,", "from flask import Flask, request"),
        ("from 'flask' import Flask", "from flask import Flask"),
        ("import Flask, request from flask", "from flask import Flask, request"),
        ("@app.route('/x', methods=['GET')", "@app.route('/x', methods=['GET'])"),
        ("@app.route('/x', methods=['GET'", "@app.route('/x', methods=['GET'])"),
        ("@app.route '/x'", "@app.route('/x')"),
        ("@app.route = ('/x')", "@app.route('/x')"),
        ("@app.route('/x');", "@app.route('/x')"),
        ("app = Flask(__ name __)", "app = Flask(__name__)"),
        ("app.run(host='0.0.0.0' port=88", "app.run(host='0.0.0.0', port=88)"),
        ("app.run(host='0.0.0.0'. port=88)", "app.run(host='0.0.0.0', port=88)"),
        ("app.run(host='0.0.0.0'; port=88)", "app.run(host='0.0.0.0', port=88)"),
        ("exept KeyError:", "except KeyError:"),
        ("catch (KeyError e):", "except KeyError as e:"),
        ("except KeyError as:", "except KeyError:"),
        ("try():", "try:"),
        ("} else {", "else:"),
        ("elseif x:", "elif x:"),
        ("if !v:", "if not v:"),
        ("Return 'a'", "return 'a'"),
        ("return = 'a'", "return 'a'"),
        ("return Practicing Cookies!", "return 'Practicing Cookies!'"),
        ("return 'Cookie isn't there'", 'return "Cookie isn\'t there"'),
        ('return "<p class="a">b</p>"', "return '<p class=\"a\">b</p>'"),
        ("return <p>a</p>", "return '<p>a</p>'"),
        ("return `a ${b}`", "return f'a {b}'"),
        ("return f'a {b'", "return f'a {b}'"),
        ("return f'a b}'", "return f'a {b}'"),
        ("return 'a' + b +", "return 'a' + b"),
        ("res set_cookie('myFirstCookie', 'Hello World')", SET),
        ("res.set_cookie('myFirstCookie', Hello World')", SET),
        ("res.set_cookie('myFirstCookie'; 'Hello World')", SET),
        ("res.set_cookie(myFirstCookie, Hello World)", SET),
        ("/* add it */", "# add it"),
    ],
)
def test_a_line_that_cannot_be_read_is_written_as_it_was_meant(wrong, right):
    assert (mended(Frame("app.py", 7, wrong)) or "").endswith(f"Write line 7 as `{right}`.")


@pytest.mark.parametrize(
    "line",
    [
        "x = {",
        "foo(a,",
        "x =",
        "a b c",
        "class = 3",
        "res = make_response('a') res.set_cookie('b', 'c')",
        "return 'a'",
        "except KeyError:",
        f"{'(' * 500}",
    ],
)
def test_nothing_is_advised_where_nothing_is_known_or_wrong(line):
    assert mended(Frame("app.py", 7, line)) is None
