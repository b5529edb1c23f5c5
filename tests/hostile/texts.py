"""Promise 7: reports do not carry attacks."""

from __future__ import annotations

from .attack import REALLY_THERE, Attack, serving

NASTY = (
    '<script>alert(1)</script><img src=x onerror=alert(1)>=HYPERLINK("http://x")|@everyone [a](http://x) '
    "[red]x[/red] \x1b[31m\x9b31m\u202eevil\u2066\x07\x00 ::error::x ##[error]x {{9173*9173}} {%x%} ]]> &lt;"
)
"""Markup of HTML, Word, Markdown, Rich and Jinja, a formula, a mention, a workflow command, control characters."""

_NASTY = f"NASTY = {NASTY!r}\n"
_SHOWN = "shown as text"

ATTACKS = [
    Attack(
        "a page full of markup",
        7,
        "markup of every kind on a page",
        _SHOWN,
        serving("import html; return html.escape(NASTY)", top=_NASTY),
        says="alert",
    ),
    Attack(
        "markup in a cookie",
        7,
        "markup in a cookie's name and value",
        _SHOWN,
        serving(
            """
        return Response("x", headers=[("Set-Cookie", '<script>alert(1)</script>=1'),
            ("Set-Cookie", "myFirstCookie=" + "".join(c for c in NASTY if " " <= c <= "~" and c != ";"))])
    """,
            top=_NASTY,
        ),
        earned=REALLY_THERE | {"add-cookie"},
        says="alert",
    ),
    Attack(
        "markup in an exception",
        7,
        "markup in an exception's words and in the line that raises it",
        _SHOWN,
        serving("raise ValueError(NASTY)  # <script>alert(1)</script>", top=_NASTY),
        says="alert",
    ),
    Attack(
        "markup in a route",
        7,
        "markup in a route and the name of its view",
        _SHOWN,
        _NASTY
        + """
from flask import Flask
app = Flask(__name__)
app.add_url_rule("/" + NASTY.replace("<", "(").replace(">", ")"), NASTY.replace(".", ""), lambda: "x")
app.run(port=88)
""",
        says="alert",
    ),
    Attack(
        "markup in the name of a file",
        7,
        "markup in a file's name, with an error in that file",
        _SHOWN,
        "import importlib\nimportlib.import_module('<script>alert(1)<\\u2215script>\\u202e=1+1')\n",
        files={"<script>alert(1)<\u2215script>\u202e=1+1.py": b"raise RuntimeError('<script>alert(1)</script>')"},
        earned=frozenset(),
        says="alert",
    ),
    Attack(
        "markup in the port",
        7,
        "markup in the host and the port",
        _SHOWN,
        """
from flask import Flask
from werkzeug.serving import run_simple
class Port(int):
    def __int__(self): raise ValueError
    def __str__(self): return '<script>alert(1)</script>'
run_simple('0.0.0.0', Port(1), Flask(__name__))
""",
        earned=frozenset({"loads"}),
        says="alert",
    ),
    Attack(
        "markup in what leads away",
        7,
        "markup in the address of a redirect",
        _SHOWN,
        serving("return 'x', 302, {'Location': 'javascript:alert(1)//<script>alert(1)</script>'}"),
        says="alert",
    ),
    Attack(
        "markup in a syntax error",
        7,
        "markup in a line that Python cannot read",
        _SHOWN,
        "x = = '<script>alert(1)</script>' # \u202e\n",
        earned=frozenset(),
        says="alert",
    ),
]
