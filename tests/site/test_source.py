"""What can be read from the student's code without running it."""

from __future__ import annotations

import textwrap

import pytest

from grader.model.places import Route
from grader.source.source import Source


def source(text, **others):
    return Source(
        {"app.py": textwrap.dedent(text).encode(), **{f"{name}.py": code.encode() for name, code in others.items()}}
    )


def reads(text, function="show"):
    found = source(text)
    return found.cookie_reads(Route("/show", methods=("GET",), file="app.py", function=function))


def is_guarded(text):
    return any(read.guarded for read in reads(text))


GUARDED = {
    "square brackets": """
        def show():
            try:
                return request.cookies['a']
            except KeyError:
                return ''
    """,
    "get, in a condition, in a loop": """
        def show():
            for _ in range(1):
                try:
                    if (value := request.cookies.get('a')):
                        return value
                finally:
                    pass
    """,
    "another name for the cookies": """
        def show():
            cookies = request.cookies
            try:
                return cookies['a']
            except KeyError:
                return ''
    """,
    "another name, with its type": """
        def show():
            jar: dict = request.cookies
            try:
                return jar['a']
            except KeyError:
                return ''
    """,
    "another name, beside others": """
        def show():
            value, jar = None, request.cookies
            try:
                return jar['a']
            except KeyError:
                return ''
    """,
    "another name, given in a condition": """
        def show():
            if not (jar := request.cookies):
                return ''
            try:
                return jar['a']
            except KeyError:
                return ''
    """,
    "a copy of the cookies": """
        def show():
            cookies = dict(request.cookies)
            try:
                return cookies['a']
            except KeyError:
                return ''
    """,
    "what a function is handed": """
        def read(cookies):
            try:
                return cookies['a']
            except KeyError:
                return ''

        def show():
            return read(cookies=request.cookies)
    """,
    "a function that is handed over": """
        def safe(reads):
            try:
                return reads()
            except KeyError:
                return ''

        def show():
            return safe(lambda: request.cookies['a'])
    """,
    "another name for get": """
        def show():
            get = request.cookies.get
            try:
                return get('a')
            except KeyError:
                return ''
    """,
    "a lambda called in the try": """
        def show():
            value = lambda: request.cookies['a']
            try:
                return value()
            except KeyError:
                return ''
    """,
    "a helper with the try": """
        def helper():
            try:
                return request.cookies['a']
            except KeyError:
                return ''
        def show():
            return helper()
    """,
    "a helper called in the try": """
        def helper():
            return request.cookies['a']
        def show():
            try:
                return helper()
            except KeyError:
                return ''
    """,
    "a method": """
        class Reader:
            def read(self):
                return request.cookies['a']
        def show():
            try:
                return Reader().read()
            except KeyError:
                return ''
    """,
    "a decorator": """
        def safe(kind):
            def decorator(view):
                def wrapper(*args):
                    try:
                        return view(*args)
                    except kind:
                        return ''
                return wrapper
            return decorator
        @safe(KeyError)
        def show():
            return request.cookies['a']
    """,
    "the header itself": """
        def show():
            try:
                return SimpleCookie(request.headers['Cookie'])['a'].value
            except KeyError:
                return ''
    """,
    "functions that call each other": """
        def other(n):
            return show()
        def show():
            try:
                return request.cookies['a'] or other(1)
            except KeyError:
                return other(2)
    """,
}
NOT_GUARDED = {
    "no try": "def show():\n    return request.cookies.get('a')",
    "before the try": """
        def show():
            value = request.cookies.get('a')
            try:
                return 'Found ' + value
            except TypeError:
                return ''
    """,
    "in the except": """
        def show():
            try:
                pass
            except KeyError:
                return request.cookies['a']
            else:
                return request.cookies['a']
            finally:
                request.cookies['a']
    """,
    "in another view of the same name": """
        class Other(MethodView):
            def get(self):
                try:
                    return request.cookies['a']
                except KeyError:
                    return ''
        def show():
            return request.cookies.get('a')
    """,
    "in a function that nobody calls": """
        def show():
            def inner():
                try:
                    return request.cookies['a']
                except KeyError:
                    return ''
            return request.cookies.get('a')
    """,
    "suppress": """
        def show():
            with suppress(KeyError):
                return request.cookies['a']
    """,
}


@pytest.mark.parametrize("text", GUARDED.values(), ids=GUARDED)
def test_read_in_a_try(text):
    assert is_guarded(text)


@pytest.mark.parametrize("text", NOT_GUARDED.values(), ids=NOT_GUARDED)
def test_read_outside_a_try(text):
    assert reads(text)
    assert not is_guarded(text)


def test_a_try_without_the_cookie():
    assert reads("def show():\n    try:\n        return x['a']\n    except KeyError:\n        pass") == []


def test_what_is_read():
    (read,) = reads("def show():\n    with suppress(KeyError):\n        return request.cookies['a']")
    assert (read.line, read.name, read.suppressed) == (3, "a", True)


def test_the_view_behind_a_wrapper():
    found = source("""
        def safe(view):
            def wrapper():
                return view()
            return wrapper

        @app.route('/show')
        @safe
        def show():
            return ''
    """)
    view = found.view(Route("/show", methods=("GET",), file="app.py", line=3, function="wrapper"))
    assert view.name == "show"


def test_the_view_is_the_function_that_is_decorated_whatever_the_app_says():
    found = source(
        "def decoy():\n    pass\n\n@app.route('/show')\ndef show():\n    pass\n", other="def decoy(): pass\n"
    )
    for file in ("app.py", "other.py"):
        assert found.view(Route("/show", methods=(), file=file, line=1, function="decoy")).name == "show"


NEVER_REACHED = {
    "after a return": "return 'no'\nREAD",
    "after a raise": "raise KeyError\nREAD",
    "if False": "if False:\n    READ",
    "while 0": "while 0:\n    READ",
    "else of if True": "if True:\n    pass\nelse:\n    READ",
    "after a break": "while x:\n    break\n    READ",
}


@pytest.mark.parametrize("body", NEVER_REACHED.values(), ids=NEVER_REACHED)
def test_what_is_never_reached_reads_nothing(body):
    view = "def show():\n" + textwrap.indent(body, "    ")
    assert reads(view.replace("READ", "print(request.cookies['a'])")) == []


@pytest.mark.parametrize(
    ("files", "line", "is_borne_out"),
    [
        ({"app.py": "app.run(port=88)"}, 1, True),
        ({"app.py": "app.run(\n  host='x',\n  port='88',\n)"}, 2, True),
        ({"app.py": "app.run(port=5000)"}, 1, False),
        ({"app.py": "app.run(port=5000)\nx = 88"}, 1, False),
        ({"app.py": "x = 88\napp.run(port=x)"}, 2, True),
        ({"app.py": "x = 88\napp.run(port=x)"}, 1, False),
        ({"app.py": "app.run(port=80 + 8)"}, 1, True),
        ({"app.py": "app.config['SERVER_NAME'] = 'localhost:88'\napp.run()"}, 2, True),
        ({"app.py": "app.run(port=settings['port'])", "settings.json": '{"port": 88}'}, 1, True),
        ({"app.py": "Thread(target=app.run, kwargs={'port': 88}).start()"}, None, True),
        ({"app.py": "app.run(port=881)"}, None, False),
        ({"app.py": "def broken(:"}, 1, False),
        ({"app.py": "app.run(port=x)"}, 1, True),
        ({"app.py": "x = 80\napp.run(port=x)"}, 2, False),
        ({"app.py": "x = 8 * 11\napp.run(port=x)"}, 2, True),
        ({"app.py": "x = 8\nx = 88\napp.run(port=x)"}, 3, True),
        ({"app.py": "options = {'port': 4 * 22}\napp.run(**options)"}, 2, True),
        ({"app.py": "options = dict(port=sum([80, 8]))\napp.run(**options)"}, 2, True),
        ({"app.py": "app.run('0.0.0.0', 90)"}, 1, False),
        ({"app.py": "app.run('0.0.0.0', 90 - 2)"}, 1, True),
        ({"app.py": "app.run(port=int('8' + '8'))"}, 1, True),
        ({"app.py": "app.run(port=ord('X'))"}, 1, True),
        ({"app.py": "app.run(port=0x58)"}, 1, True),
        ({"app.py": "app.run(port=176 // 2)"}, 1, True),
        ({"app.py": "app.run(port=sum([80, 8]))"}, 1, True),
        ({"app.py": "app.run(port=5000 // 1)"}, 1, False),
        ({"app.py": "app.run(port=int(f'{8}{8}'))"}, 1, True),
        ({"app.py": "app.run()"}, 1, False),
    ],
)
def test_whether_a_port_is_borne_out_by_the_files(files, line, is_borne_out):
    found = Source({name: text.encode() for name, text in files.items()})
    assert found.may_run_on(88, "app.py" if line else None, line) == is_borne_out


def test_the_view_is_found_by_its_line():
    found = source("def show():\n    pass\n\ndef show():\n    pass\n")
    assert found.view(Route("/show", methods=(), file="app.py", line=4, function="show")).lineno == 4


def test_a_lambda_as_view():
    found = source("x = 1\napp.add_url_rule('/show', view_func=lambda: 'x')\n")
    assert found.view(Route("/show", methods=(), file="app.py", line=2, function="<lambda>")).lineno == 2


@pytest.mark.parametrize("text", ["def show(:", "\x00", "(" * 500])
def test_files_that_cannot_be_read(text):
    found = source(text)
    assert found.tree("app.py") is None
    assert list(found.calls("run")) == []
    assert found.run_in_code("app.py") is None


def test_calls_in_every_file():
    found = source("resp.set_cookie('a')\n", other="\nset_cookie()\n")
    assert list(found.calls("set_cookie")) == [("app.py", 1), ("other.py", 2)]


def test_routes_written():
    found = source("@app.route('/a')\ndef a():\n    pass\n", other="@bp.get('/a')\ndef b():\n    pass\n")
    assert [(route.file, route.line, route.function) for route in found.routes_written("/a")] == [
        ("app.py", 1, "a"),
        ("other.py", 1, "b"),
    ]


def test_a_function_without_its_route():
    found = source("def add_cookie():\n    pass\n\n@app.route('/b')\ndef b():\n    pass\n")
    assert found.without_route("/addCookie").line == 1
    assert found.without_route("/b") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if __name__ == 'main':\n    app.run()", (2, "__name__ == 'main'", None, True)),
        ("def main():\n    app.run()", (2, None, "main", True)),
        ("app.run", (1, None, None, False)),
    ],
)
def test_an_app_that_is_never_run(text, expected):
    run = source(text).run_in_code("app.py")
    assert (run.line, run.condition, run.function, run.is_call) == expected


def test_a_name_that_nothing_defines():
    route = Route("/show", methods=(), file="app.py", function="show")
    assert source("def show():\n    return request").unknown_name(route, "request") == 2
    assert source("from flask import *\ndef show():\n    return request").unknown_name(route, "request") is None
    assert source("from flask import request\ndef show():\n    return request").unknown_name(route, "request") is None
