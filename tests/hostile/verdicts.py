"""Promise 1: verdicts cannot be forged."""

from __future__ import annotations

from .attack import REALLY_THERE, Attack, answering, probe, serving

NOTHING: frozenset[str] = frozenset()
LOADS = frozenset({"loads"})
OUTSIDE = "verdicts are made outside"
HTTP = "HTTP is read strictly, within bounds"

_SEND = """
import json, os, stat
THEIRS = json.loads(os.environ.get("GRADER_INSIDE", "{}")).get("sign", [])  # theirs alone: nobody outside reads it
def send(**message):
    for number in {*range(3, 64)} - {*THEIRS}:
        try:
            if stat.S_ISFIFO(os.fstat(number).st_mode):
                os.write(number, json.dumps(message).encode() + b"\\n")
        except OSError:
            pass
"""
_FULL_MARKS = '{"schema": "grader-report/1", "score": {"earned": 100.0, "pending": 0.0, "maximum": 100.0}}'

ATTACKS = [
    Attack(
        "verdicts written to every descriptor",
        1,
        "messages that every check has passed, wherever a descriptor leads",
        OUTSIDE,
        _SEND
        + probe("""
            for check in ("home", "add-page", "add-cookie", "display-found", "display-missing", "remove-cookie"):
                send(event="passed", check=check, status="passed", points=100, earned=100)
                send(event="result", id=check, status="passed")
        """),
    ),
    Attack(
        "a report of its own",
        1,
        "a whole report with full marks on standard output and standard error",
        OUTSIDE,
        probe(f"""
            import sys
            for stream in (sys.stdout, sys.stderr):
                print({_FULL_MARKS!r}, file=stream, flush=True)
        """),
    ),
    Attack(
        "os._exit with success",
        1,
        "to end with exit code 0 before anything is asked",
        OUTSIDE,
        "import os, flask\napp = flask.Flask(__name__)\nprint('all passed')\nos._exit(0)",
        earned=NOTHING,
        says=r"ends the program with os\._exit",
    ),
    Attack(
        "the real exit behind os._exit",
        1,
        "to leave without being seen, past the function that reports it",
        OUTSIDE,
        "import ctypes\nctypes.CDLL(None)._exit(0)",
        earned=NOTHING,
        says="Python ended",
    ),
    Attack(
        "atexit",
        1,
        "to claim success in atexit handlers, when Python ends",
        OUTSIDE,
        _SEND + "import atexit, sys\natexit.register(send, event='passed')\nsys.exit(0)",
        earned=NOTHING,
        says=r"sys\.exit",
    ),
    Attack(
        "json that lies",
        1,
        "to rewrite what the jail reports, by changing json.dumps in the same process",
        OUTSIDE,
        probe("""
            import json
            real = json.dumps
            json.dumps = lambda message, **options: real({**message, "status": "passed", "earned": 100.0}, **options)
        """),
    ),
    Attack(
        "Flask that lies",
        1,
        "answers with status 200 for every page, by changing Flask itself",
        OUTSIDE,
        serving("return 'nothing of what is asked', 200", top="Flask.handle_exception = lambda self, e: ('ok', 200)"),
    ),
    Attack(
        "frames and threads",
        1,
        "to find the server's objects by the garbage collector and break them",
        OUTSIDE,
        probe("""
            import gc, sys
            for thing in gc.get_objects():
                if type(thing).__name__ in ("Reporter", "Server", "Watched", "Folder"):
                    vars(thing).clear()
        """),
        earned=NOTHING,
    ),
    Attack(
        "the listening socket closed",
        1,
        "to take the grader's socket away",
        OUTSIDE,
        probe("import os; os.closerange(3, 256)"),
        earned=NOTHING,
    ),
    Attack(
        "words behind the end of the body",
        1,
        "a Content-Length that hides the words from the browser but not from a careless reader",
        HTTP,
        answering("[OK + b'Content-Length: 2\\r\\n\\r\\nno' + WORDS]"),
    ),
    Attack(
        "a body that breaks off",
        1,
        "a Content-Length that promises more than is sent",
        HTTP,
        answering("[OK + COOKIE + b'Content-Length: 9999\\r\\n\\r\\n' + WORDS]"),
        says="breaks off in the middle",
    ),
    Attack(
        "chunks with words in their extensions",
        1,
        "words in chunk extensions and trailers, which nobody sees",
        HTTP,
        answering(
            "[OK + b'Transfer-Encoding: chunked\\r\\n\\r\\n2;' + WORDS + b'\\r\\nno\\r\\n0\\r\\n'"
            " + b'X: ' + WORDS + b'\\r\\n\\r\\n']"
        ),
    ),
    Attack(
        "garbage in chunks",
        1,
        "a chunk size that is no number",
        HTTP,
        answering("[OK + b'Transfer-Encoding: chunked\\r\\n\\r\\n-1\\r\\n' + WORDS]"),
        says="not HTTP",
    ),
    Attack(
        "two lengths",
        1,
        "two Content-Length headers that differ, to be read in two ways",
        HTTP,
        answering("[OK + b'Content-Length: 2\\r\\nContent-Length: 200\\r\\n\\r\\nno' + WORDS]"),
        says="not HTTP",
    ),
    Attack(
        "two answers to one question",
        1,
        "a second response behind the first one, for the next request",
        HTTP,
        answering("[OK + b'Content-Length: 2\\r\\n\\r\\nno' + OK + COOKIE + b'\\r\\n' + WORDS]"),
    ),
    Attack(
        "early hints",
        1,
        "words and cookies in answers of the 1xx kind, which are not shown or kept",
        HTTP,
        answering(
            "[b'HTTP/1.1 103 Early Hints\\r\\n' + COOKIE + b'X: ' + WORDS + b'\\r\\n\\r\\n',"
            " OK + b'Content-Length: 2\\r\\n\\r\\nno']"
        ),
    ),
    Attack(
        "hints without end",
        1,
        "answers of the 1xx kind for ever, so that the grader never comes to the real one",
        HTTP + ", time for a request",
        answering("iter(lambda: b'HTTP/1.1 100 Continue\\r\\n\\r\\n' * 99, b'')"),
        says="no complete answer within",
    ),
    Attack(
        "headers without end",
        1,
        "headers for ever",
        HTTP,
        answering("(b'HTTP/1.1 200 OK\\r\\n' if n == 0 else b'X: y\\r\\n' * 999 for n in range(10**9))"),
        says="not HTTP",
    ),
    Attack(
        "a flood of cookies",
        1,
        "two thousand cookies in one answer",
        HTTP,
        answering("[OK, *(b'Set-Cookie: myfirstcookie%d=x\\r\\n' % n for n in range(2000)), b'\\r\\n' + WORDS]"),
        earned=REALLY_THERE | {"home", "add-page"},
        says="sets the cookie myfirstcookie0",
    ),
    Attack(
        "a body without end",
        1,
        "words and then a page that never ends",
        "limit on replies",
        answering("(OK + b'\\r\\n' + WORDS if n == 0 else b'x' * 65536 for n in range(10**9))"),
        says="sends more than 1 MB",
    ),
    Attack(
        "a redirect to no address",
        1,
        "a Location that cannot be taken apart, so that the grader itself fails and charges nothing",
        "faults are told apart",
        answering("[b'HTTP/1.1 302 Found\\r\\nLocation: http://[\\r\\nContent-Length: 0\\r\\n\\r\\n']"),
        says="sends the browser away to http://",
    ),
    Attack(
        "a character set that fails",
        1,
        "to make decoding itself fail or take for ever",
        "character sets that browsers know",
        serving(
            "names = ['idna', 'undefined', 'punycode', 'unicode_escape', 'rot13', 'hex']\n"
            "return Response(b'a' * 300_000 + b'-zz9' * 150_000, "
            "headers={'Content-Type': 'text/html; charset=' + names[len(path) % 6]})"
        ),
    ),
    Attack(
        "words for a program only",
        1,
        "to show the words to what does not call itself a browser",
        "the grader asks as a browser does",
        serving("return 'no' if 'Chrome' in request.headers.get('User-Agent', '') else 'Practicing Cookies!'"),
        says='/ displays "no"',
    ),
    Attack(
        "words that nobody sees",
        1,
        "the words in comments, scripts, hidden elements, the title, attributes and headers",
        "only what is displayed counts",
        serving("""
            words = "Practicing Cookies! Cookie added! Cookie not found!"
            return (f"<title>{words}</title><!--{words}--><script>{words}</script><p hidden>{words}</p>"
                    f"<p style='display:none'>{words}</p><img alt='{words}'>no", {"X-Words": words})
        """),
    ),
    Attack(
        "a page for every value",
        1,
        "a fixed page that shows the cookie's value whatever was sent",
        "values made up at run time",
        serving("return 'Found the cookie: Hello World - my first cookie! Cookie not found!'"),
        says="the same for every value|as if it had found a value",
    ),
    Attack(
        "a module put in Flask's place",
        1,
        "a flask.py of its own, that answers for Flask",
        "a Python of its own where files hide modules",
        "import flask\nflask.Flask(__name__).run(port=88)",
        files={
            "flask.py": b"class Flask:\n    def __init__(self, *_): pass\n    def run(self, **_): print('passed')\n"
        },
        earned=NOTHING,
    ),
    Attack(
        "sitecustomize",
        1,
        "to be loaded before anything else, by the names that Python looks for",
        "Python in isolated mode",
        probe("import flask\nif hasattr(flask, 'taken_over'): found = 'taken over'"),
        files={
            "sitecustomize.py": b"import flask\nflask.taken_over = True\n",
            "usercustomize.py": b"import flask\nflask.taken_over = True\n",
            "x.pth": b"import flask; flask.taken_over = True\n",
        },
        says='displays "did it"',
    ),
    Attack(
        "a lying message about itself",
        1,
        "the message that it is up, with another port and other routes, and then no app at all",
        "it has to answer a request",
        _SEND
        + "import time\n"
        + "send(event='serving', run={'port': 88, 'host': 'x', 'file': 'app.py', 'line': 1, 'text': ''},"
        + " routes=[{'rule': r, 'methods': ['GET'], 'arguments': {}, 'file': 'app.py', 'line': 1, 'function': 'f'}"
        + " for r in ('/', '/addCookie', '/displayCookieValue', '/removeCookie')], template_folders=['templates'])\n"
        + "time.sleep(60)",
        earned=NOTHING,
        says="no page is ever served",
    ),
    Attack(
        "a lying port",
        1,
        "to run on a port of its own choice, and to say that it is the right one",
        "the source has to bear it out",
        _SEND
        + """
from flask import Flask
app = Flask(__name__)
app.add_url_rule("/", view_func=lambda: "home")
run = {"port": 88, "host": "0.0.0.0", "file": "app.py", "line": 18, "text": "app.run(port=88)"}
home = {"rule": "/", "methods": ["GET"], "arguments": {}, "file": "app.py", "line": 15, "function": "<lambda>"}
send(event="serving", template_folders=[], run=run, routes=[home])
app.run(port=5000)
""",
        earned=LOADS,
        says="Somebody has to look",
    ),
    Attack(
        "a try that is never reached",
        1,
        "to read the cookie in a try that stands behind a return",
        "dead code is not looked at",
        """
from flask import Flask, request
app = Flask(__name__)

@app.route("/displayCookieValue")
def show():
    return "no"
    try:
        return request.cookies["myFirstCookie"]
    except KeyError:
        return "Cookie not found!"

app.run(port=88)
""",
        says="does not read the cookie",
    ),
    Attack(
        "a view that points at another one",
        1,
        "to have another function looked at than the one that answers",
        "the source says which function a view is",
        """
from flask import Flask, request
app = Flask(__name__)

def decoy():
    try:
        return request.cookies["myFirstCookie"]
    except KeyError:
        return "Cookie not found!"

@app.route("/displayCookieValue")
def real():
    return "no"

real.__wrapped__ = decoy
app.run(port=88)
""",
        says="does not read the cookie",
    ),
    Attack(
        "a page that is said to come from a template",
        1,
        "to pass off a page as made from a template, by the message that tells it",
        "the template has to display the words",
        _SEND
        + """
from flask import Flask
app = Flask(__name__)

@app.route("/")
def home():
    for path in ("/", ""):
        send(event="answered", path=path, files=["templates/index.html"], from_text=False)
    return "<p>Hello, my name is Jane Doe</p>"

app.run(port=5000)
""",
        files={"templates/index.html": b"<p>nothing</p>"},
        earned=LOADS,
        activity="activity-11.1",
    ),
]
