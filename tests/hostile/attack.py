"""What one hostile submission is, and the small apps that most of them are written in."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from string import Template
from typing import TYPE_CHECKING

from grader.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Mapping

REALLY_THERE = frozenset({"loads", "port"})
"""What an app earns that is loaded and run on port 88, and does nothing else that is asked."""


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Parameters
    ----------
    promise
        Which of the promises in SECURITY.md it attacks.
    tries
        What it is after, in words.
    wall
        What stops it.
    code
        Its app.py; ``$file``, ``$tcp`` and so on stand for what `Canaries.names` gives.
    files
        What else is handed in.
    earned
        The checks that may pass: what it really does.
    says
        A regular expression that is found in its report: so it is known to have been tried, and what came of it.
    bare
        What a detector says where it runs as a plain process, without a sandbox; "" where that is not safe to try, or
        where it is stopped by other walls than the sandbox.
    in_browser
        Whether it is its pages that attack: then the browser's checks are made as well.

    """

    name: str
    promise: int
    tries: str
    wall: str
    code: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    earned: frozenset[str] = REALLY_THERE
    says: str = ""
    bare: str = ""
    activity: str = "activity-11.2"
    in_browser: bool = False

    def __str__(self) -> str:
        return self.name.replace(" ", "-")

    def submission(self, names: Mapping[str, str]) -> Submission:
        """Return it as it would be opened."""
        app = Template(self.code).safe_substitute(names).encode()
        if b"flask" not in app.lower():  # what has no word of Flask in it would be refused without being run
            app += b"\nimport flask\n"
        return Submission(name=str(self), source=str(self), files={"app.py": app, **self.files}, app="app.py")


def probe(attack: str) -> str:
    """Return an app that tries something while it is loaded, and shows on its page what came of it."""
    return f"""
from flask import Flask
app = Flask(__name__)
found = "did it"
try:
{textwrap.indent(textwrap.dedent(attack).strip(), "    ")}
except BaseException as problem:
    found = "refused: " + repr(problem)

@app.route("/")
def home():
    return str(found)

if __name__ == "__main__":
    app.run(port=88)
"""


def answering(raw: str) -> str:
    """Return an app that answers every request with these bytes, past Flask and Werkzeug.

    Parameters
    ----------
    raw
        A Python expression that yields pieces of bytes; `path` is what was asked for.

    """
    return f"""
from flask import Flask
from werkzeug.serving import WSGIRequestHandler
app = Flask(__name__)
WORDS = b"Practicing Cookies! Cookie added! Cookie not found! Found the cookie: Hello World - my first cookie!"
COOKIE = b"Set-Cookie: myFirstCookie=\\"Hello World - my first cookie!\\"; Path=/\\r\\n"
OK = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n"

def handle(self):
    path = self.rfile.readline().split()[1].decode()
    while self.rfile.readline().strip():
        pass
    for piece in {raw}:
        self.connection.sendall(piece)

WSGIRequestHandler.handle = handle

if __name__ == "__main__":
    app.run(port=88)
"""


def serving(view: str, top: str = "") -> str:
    """Return an app whose every page is what this code returns; `path` is what was asked for."""
    return f"""
from flask import Flask, Response, make_response, request
app = Flask(__name__)
{textwrap.dedent(top)}
@app.route("/")
@app.route("/<path:path>")
def page(path=""):
{textwrap.indent(textwrap.dedent(view).strip(), "    ")}

if __name__ == "__main__":
    app.run(port=88)
"""
