"""Documents of windows as they are on students' own machines, each window of another kind (`real_windows.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .build import Build
from .hand_ins import FINISHED, NAME, STARTER, STEPS_OF_11_1, VALUE, HandIn
from .real_windows import Shot, editor, of, page, photo_of, tools
from .windows import Camera

ADD, SHOW, REMOVE = "/addCookie", "/displayCookieValue", "/removeCookie"
ADDED, REMOVED = "Cookie added!", "Cookie removed!"
FOUND = f"Found the cookie: {VALUE}"

CONSTANT = """from flask import Flask, make_response, request
server = Flask(__name__)
COOKIE = 'myFirstCookie'

@server.route('/addCookie')
def add():
    answer = make_response('Cookie added!')
    answer.set_cookie(COOKIE, 'Hello World - my first cookie!')
    return answer

@server.get("/displayCookieValue")
def show():
    try:
        value = request.cookies[COOKIE]
    except KeyError:
        return 'Cookie not found!'
    return f'Found the cookie: {value}'

@server.get('/removeCookie')
def remove():
    answer = make_response('Cookie removed!')
    answer.delete_cookie(COOKIE)
    return answer
"""
BY_RULE = """from flask import Flask, make_response, request
app = Flask(__name__)

def add():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp

def drop():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp

app.add_url_rule('/addCookie', view_func=add)
app.add_url_rule('/removeCookie', view_func=drop)
"""

UNDER_ANOTHER = BY_RULE.partition("def drop")[0] + "app.add_url_rule('/other', view_func=add)"


def _view(code: str, path: str, lines: int = 9) -> str:
    rows = code.splitlines()
    first = next(number for number, row in enumerate(rows) if f"{path}'" in row or f'{path}"' in row)
    return "\n".join(rows[first : first + lines])


RIGHT: dict[str, dict[int, Shot]] = {
    "chrome and its tools": {
        1: of(editor("vs code, dark+", STARTER)),
        2: of(page("chrome, dark", "localhost:88", "Practicing Cookies!")),
        3: of(editor("vs code, light", _view(FINISHED, ADD, 5))),
        4: of(page("chrome, tight", "127.0.0.1:88/addCookie", "Cookie added!")),
        5: of(tools("chrome", "localhost:88/addCookie", "Cookie added!", [(NAME, VALUE)], "cut")),
        6: of(editor("pycharm", _view(FINISHED, SHOW, 7))),
        7: of(tools("chrome, dark", f"localhost:88{SHOW}", FOUND, [(NAME, VALUE)], page_width=120, dark=True)),
        8: of(tools("chrome", f"localhost:88{SHOW}", "Cookie not found!", [], "wide", page_width=90)),
        9: of(editor("idle", FINISHED)),
        10: of(tools("chrome, tight", f"localhost:88{REMOVE}", "Cookie removed!", [], "two")),
    },
    "firefox, edge and safari": {
        1: of(editor("notepad++", STARTER)),
        2: of(page("firefox", "localhost:88", "Practicing Cookies!")),
        3: of(editor("spyder", _view(CONSTANT, ADD, 5).replace("COOKIE", "'myFirstCookie'"))),
        4: of(page("edge, not secure", "192.168.1.7:88/addCookie", "Cookie added!")),
        5: of(tools("firefox", "localhost:88/addCookie", "Cookie added!", [(NAME, f'"{VALUE}"')], of="firefox")),
        6: of(editor("jupyter", CONSTANT)),
        7: of(page("safari", f"localhost:88{SHOW}", FOUND)),
        8: of(page("edge", f"localhost:88{SHOW}", "<h2>Cookie not found!</h2>")),
        9: of(editor("pycharm", CONSTANT)),
        10: of(tools("safari", f"localhost:88{REMOVE}", "Cookie removed!", [("theme", "oak")], of="safari")),
    },
    "other languages": {
        2: of(page("chrome, german", "localhost:88", "Practicing Cookies!")),
        3: of(editor("vs code, dark+", BY_RULE)),
        4: of(page("chrome, spanish", "localhost:88/addCookie", "<b>Cookie added!</b>")),
        5: of(tools("chrome, german", f"localhost:88{ADD}", ADDED, [(NAME, VALUE)], "german", of="german")),
        7: of(page("chrome, chinese", f"127.0.0.1:88{SHOW}", f"<p>{FOUND}</p>")),
        8: of(page("firefox, dark", f"localhost:88{SHOW}", "Cookie not found!")),
        9: of(editor("vs code, light", BY_RULE)),
        10: of(tools("chrome, spanish", f"localhost:88{REMOVE}", "Cookie removed!", [], "spanish", of="spanish")),
    },
    "large and small screens": {
        2: of(page("chrome", "localhost:88", "Practicing Cookies!", (1920, 1080), 2.0)),
        3: of(editor("vs code, dark+", FINISHED, (1920, 1080), 2.0)),
        4: of(page("edge", "localhost:88/addCookie", "Cookie added!", (520, 260))),
        5: of(tools("chrome", "localhost:88/addCookie", "Cookie added!", [(NAME, VALUE)], size=(1600, 900), scale=2.0)),
        6: of(editor("vs code, light", _view(FINISHED, SHOW, 7), (560, 240))),
        8: of(page("safari", f"localhost:88{SHOW}", "Cookie not found!", (1280, 720), 2.0)),
    },
    "photographs": {
        2: photo_of(page("chrome", "localhost:88", "Practicing Cookies!", (700, 320))),
        3: photo_of(editor("vs code, dark+", _view(FINISHED, ADD, 5), (760, 360)), 2),
        4: photo_of(page("edge", "localhost:88/addCookie", "Cookie added!", (700, 320)), 3),
        5: photo_of(tools("chrome", "localhost:88/addCookie", "Cookie added!", [(NAME, VALUE)], size=(1000, 420)), 4),
        8: photo_of(page("firefox", f"localhost:88{SHOW}", "Cookie not found!", (700, 320)), 5),
    },
}

TAGS_WITHIN = STEPS_OF_11_1[2].replace("<h1>My first GET request</h1>", "<h1>My first GET <i>request</i></h1>")
ALONE = """@app.get('/')
def index():
    return '''
    <html><body>
    My first GET request
    </body></html>
    '''"""
HEAD = "from flask import Flask, render_template\napp = Flask(__name__)\n\n"
RIGHT_OF_11_1: dict[str, dict[str, Shot]] = {
    "tags within, tabs of templates": {
        "1a": of(editor("vs code, dark+", HEAD + STEPS_OF_11_1[1].replace("@app.route", "@app.get"))),
        "1b": of(page("chrome, tight", "127.0.0.1:5000", "My first GET request")),
        "2a": of(editor("vs code, light", HEAD + TAGS_WITHIN)),
        "2b": of(page("firefox", "localhost:5000", "<h1>My first GET <i>request</i></h1>")),
        "3": of(tools("edge", "127.0.0.1:5000", "<h1>Hello, my name is Grace Hopper</h1>", [], page_width=150)),
        "4": of(editor("pycharm", HEAD + STEPS_OF_11_1[4])),
    },
    "a text of many lines": {
        "1a": of(editor("idle", HEAD + STEPS_OF_11_1[1])),
        "1b": of(page("safari", "localhost:5000", "My first GET request")),
        "2a": of(editor("vs code, dark+", HEAD + ALONE)),
        "2b": of(page("chrome, dark", "127.0.0.1:5000", "<html><body>My first GET request</body></html> ")),
        "3": of(page("chrome, chinese", "127.0.0.1:5000", "Hello, my name is 李小龙")),
        "4": of(editor("spyder", HEAD + STEPS_OF_11_1[4])),
    },
}

AT_ADD, AT_REMOVE = f"localhost:88{ADD}", f"localhost:88{REMOVE}"
WRONG: dict[str, tuple[int, Shot]] = {
    "another port beside icons": (2, of(page("chrome, tight", "127.0.0.1:5000", "Practicing Cookies!"))),
    "another path in Safari": (2, of(page("safari", "localhost:88/home", "Practicing Cookies!"))),
    "set_cookie under another rule": (3, of(editor("vs code, dark+", UNDER_ANOTHER))),
    "the tools of another page": (4, of(tools("edge", AT_REMOVE, REMOVED, [(NAME, VALUE)]))),
    "another cookie, cut headings": (5, of(tools("chrome", AT_ADD, ADDED, [("id", VALUE)], "cut"))),
    "no cookie, German": (5, of(tools("chrome, german", AT_ADD, ADDED, [], "german", of="german"))),
    "still there, two headings": (10, of(tools("chrome", AT_REMOVE, REMOVED, [(NAME, VALUE)], "two"))),
    "still there, photographed": (
        10,
        photo_of(tools("chrome", AT_REMOVE, REMOVED, [(NAME, VALUE)], size=(1000, 420)), 6),
    ),
    "still there, Spanish": (
        10, of(tools("chrome, spanish", AT_REMOVE, REMOVED, [(NAME, "")], "spanish", of="spanish"))
    ),
    "no try, PyCharm": (6, of(editor("pycharm", _view(STARTER, SHOW, 6)))),
}  # fmt: skip


SHOWN_INSTEAD = {
    "the tools of another page": 5,
    "another cookie, cut headings": 4,
    "no cookie, German": 4,
    "still there, two headings": 5,
    "still there, photographed": 5,
    "still there, Spanish": 5,
}
"""What they show that another item asks for: they count for that one."""


def ways_to_be_real() -> Iterator[HandIn]:
    """Right pictures of every kind of window."""
    for name, shots in RIGHT.items():
        missing = {f"shot-{number}": "failed" for number in range(1, 11) if number not in shots}
        yield HandIn(f"real: {name}", _builder(shots), missing)
    for name, six in RIGHT_OF_11_1.items():
        yield HandIn(f"real, 11.1: {name}", _builder(six), activity="11.1")


def ways_to_be_really_wrong() -> Iterator[HandIn]:
    """One picture of a real kind that does not show what is asked."""
    for name, (number, shot) in WRONG.items():
        missing = {
            f"shot-{other}": "failed" for other in range(1, 11) if other not in (number, SHOWN_INSTEAD.get(name))
        }
        yield HandIn(f"real, {number}: {name}", _builder({number: shot}), missing | {f"shot-{number}": "review"})


def _builder(shots: Mapping[int, Shot] | Mapping[str, Shot]) -> Callable[[Camera], Build]:
    def build(cam: Camera) -> Build:
        document = Build()
        for label, shot in shots.items():
            document.text(f"{label}.").picture(shot(cam))
        return document

    return build
