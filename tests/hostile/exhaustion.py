"""Promise 5: nothing is exhausted, neither by the app nor by what it has the grader read."""

from __future__ import annotations

from .attack import REALLY_THERE, Attack, answering, probe, serving
from .canaries import SHARED

WATCHER = "watcher"
RLIMIT = "rlimit"
BOUNDS = "bounds on what is read"
CALLS = "system calls refused"
NOTHING: frozenset[str] = frozenset()
LOADS = frozenset({"loads"})

_TEMPLATE = "{% extends 'base.html' %}{% block "

ATTACKS = [
    # The app's own processes
    Attack(
        "memory of nobody's",
        5,
        "System V memory that is filled and let go of",
        CALLS,
        probe("""
        import ctypes
        libc = ctypes.CDLL(None)
        libc.shmat.restype, libc.shmat.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
        libc.shmdt.argtypes = (ctypes.c_void_p,)
        number = libc.shmget($key, 300 * 2**20, 0o1600)
        if number < 0: raise MemoryError('none given')
        place = libc.shmat(number, None, 0)
        ctypes.memset(place, 1, 300 * 2**20)
        libc.shmdt(place)
    """),
        says="none given",
        bare=SHARED,
    ),
    Attack(
        "memory in open files",
        5,
        "files that lie in memory and in no folder, filled one by one",
        CALLS,
        probe("""
        import os
        kept = [os.memfd_create('x') for _ in range(50)]
        for number in kept:
            for _ in range(3): os.write(number, b'x' * 2**20)
    """),
        says="PermissionError",
    ),
    Attack(
        "files without content",
        5,
        "tens of thousands of empty folders, which cost the kernel's memory",
        WATCHER,
        "import os\nfor n in range(10**7): os.mkdir(str(n))",
        earned=NOTHING,
        says="made more than 2,000 files and folders",
    ),
    Attack(
        "a deep folder",
        5,
        "folders in each other, deeper than can be removed",
        WATCHER,
        "import os\nfor n in range(10**6):\n  os.mkdir('x'); os.chdir('x')",
        earned=NOTHING,
        says="made more than 2,000 files and folders|File name too long",
    ),
    Attack(
        "a large module",
        5,
        "a file of a million lines",
        BOUNDS,
        "from flask import Flask\napp = Flask(__name__)\n" + "x = 1\n" * 300_000 + "app.run(port=5000)\n",
        earned=LOADS,
    ),
    Attack(
        "recursion without end",
        5,
        "to overflow Python's stack",
        "its own process",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(x): return f([x])\nf(1)",
        earned=NOTHING,
        says="ended|memory|stops with|not ready",
    ),
    Attack(
        "a crash of Python itself",
        5,
        "to make the interpreter crash",
        "its own process",
        "import ctypes\nctypes.string_at(0)",
        earned=NOTHING,
        says="signal 11|Python ended",
    ),
    Attack(
        "all processors",
        5,
        "to keep all processors busy",
        WATCHER,
        "import os\nfor _ in range(40): os.fork() or all(True for _ in iter(int, 1))\n",
        earned=NOTHING,
        says="started more than 24 processes",
    ),
    Attack(
        "sockets in sockets",
        5,
        "open sockets that are hidden in messages between sockets",
        RLIMIT,
        probe("""
        import array, socket
        kept = []
        while True:
            left, right = socket.socketpair()
            for pair in kept[-4:]:
                numbers = array.array('i', [link.fileno() for link in pair])
                left.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)])
            kept.append((left, right))
    """),
        says="Too many (open files|references)|BlockingIO",
    ),
    Attack(
        "a reply that trickles",
        5,
        "a byte now and then, for ever",
        "time for a request",
        answering("(OK + b'\\r\\n' if n == 0 else [b'x', __import__('time').sleep(.1)][0] for n in range(10**9))"),
        says="no complete answer within",
    ),
    Attack(
        "many slow pages",
        5,
        "two hundred pages that never answer",
        "time for a submission",
        """
from flask import Flask
import time
app = Flask(__name__)
for n in range(200): app.add_url_rule(f"/{n}", str(n), lambda: time.sleep(99) or "")
app.run(port=5000)
""",
        earned=LOADS,
        says="in all|no complete answer",
        activity="discussion-11.1",
    ),
    # The grader's own process
    Attack(
        "many large pages",
        5,
        "two hundred pages of a megabyte, which are all kept",
        BOUNDS,
        """
from flask import Flask
app = Flask(__name__)
for n in range(120): app.add_url_rule(f"/{n}", str(n), lambda: " " * 1_000_000)
app.run(port=5000)
""",
        earned=LOADS,
        activity="discussion-11.1",
        says="empty page",
    ),
    Attack(
        "elements in elements", 5, "a page that takes the parser hours", BOUNDS, serving("return '<div>' * 150_000")
    ),
    Attack(
        "attributes without end",
        5,
        "one element with two hundred thousand attributes",
        BOUNDS,
        serving("return '<a ' + ' '.join(f'a{n}' for n in range(120_000)) + '>'"),
    ),
    Attack(
        "accents without end",
        5,
        "letters that take hours to be compared",
        BOUNDS,
        serving("return 'a' + '\\u0315\\u0300' * 150_000"),
    ),
    Attack(
        "titles without end",
        5,
        "an empty page that takes hours to be explained",
        BOUNDS,
        serving("return '<title>' * 60_000 + '</title' + ' ' * 400_000"),
        says="empty page",
    ),
    Attack(
        "a template without end",
        5,
        "a template that takes hours to be marked",
        BOUNDS,
        serving("return 'x'"),
        files={"templates/index.html": (_TEMPLATE + "a" * 300_000).encode()},
    ),
    Attack(
        "rules without end",
        5,
        "routes that take hours to be compared with a path",
        BOUNDS,
        """
from flask import Flask
app = Flask(__name__)
app.add_url_rule("/" + "/".join(f"<a{n}>" for n in range(20)), "a", lambda **_: "x")
app.add_url_rule("/" + "".join(f"<b{n}>" for n in range(20)) + "x", "b", lambda **_: "x")
app.run(port=88)
""",
        activity="activity-11.1",
        earned=LOADS,
    ),
    Attack(
        "a rule that takes hours to be compared",
        5,
        "a lying message with such a rule",
        BOUNDS,
        """
from flask import Flask
import json, os, stat, time
app = Flask(__name__)
rules = ["/" + "<a>" * 500 + "X"] * 20 + ["/" + "<a>" * 300]
message = {"event": "serving", "run": None, "routes": [{"rule": rule, "methods": ["GET"]} for rule in rules]}
for number in range(3, 64):
    try:
        if stat.S_ISFIFO(os.fstat(number).st_mode): os.write(number, json.dumps(message).encode() + b"\\n")
    except OSError: pass
app.run(port=88)
""",
        activity="discussion-11.1",
        earned=LOADS,
    ),
    Attack(
        "code too deep to be walked",
        5,
        "an expression that breaks whoever reads the code",
        BOUNDS,
        """
from flask import Flask, request
app = Flask(__name__)
@app.route("/displayCookieValue")
def display():
    x = """
        + "+".join(["1"] * 900)
        + """
    return request.cookies.get("myFirstCookie", "")
app.run(port=88)
""",
        earned=REALLY_THERE | {"display-found"},
    ),
    Attack(
        "a syntax error that takes hours to be explained",
        5,
        "a line of code that a pattern of the grader's never gets through",
        BOUNDS,
        "x = f'" + "{'" * 90 + "\nfrom flask import Flask\napp = Flask(__name__)\napp.run(port=88)\n",
        earned=NOTHING,
        says="cannot be read by Python",
    ),
]
