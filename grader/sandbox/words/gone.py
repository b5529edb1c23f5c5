"""Names that older guides use and that are no longer there, and where they are now."""

from __future__ import annotations

import re

# module and name: the import to write, if there is one
_MOVED = {
    ("flask", "Markup"): "from markupsafe import Markup",
    ("flask", "escape"): "from markupsafe import escape",
    ("flask", "safe_join"): "from werkzeug.utils import safe_join",
    ("flask.helpers", "safe_join"): "from werkzeug.utils import safe_join",
    ("flask", "_app_ctx_stack"): "from flask import g",
    ("flask", "_request_ctx_stack"): "from flask import g",
    ("jinja2", "Markup"): "from markupsafe import Markup",
    ("jinja2", "escape"): "from markupsafe import escape",
    ("jinja2", "contextfilter"): "from jinja2 import pass_context",
    ("jinja2", "contextfunction"): "from jinja2 import pass_context",
    ("jinja2", "environmentfilter"): "from jinja2 import pass_environment",
    ("jinja2", "environmentfunction"): "from jinja2 import pass_environment",
    ("jinja2", "evalcontextfilter"): "from jinja2 import pass_eval_context",
    ("jinja2.utils", "Markup"): "from markupsafe import Markup",
    ("jinja2.utils", "escape"): "from markupsafe import escape",
    ("werkzeug", "secure_filename"): "from werkzeug.utils import secure_filename",
    ("werkzeug", "cached_property"): "from werkzeug.utils import cached_property",
    ("werkzeug", "redirect"): "from flask import redirect",
    ("werkzeug", "generate_password_hash"): "from werkzeug.security import generate_password_hash",
    ("werkzeug", "check_password_hash"): "from werkzeug.security import check_password_hash",
    ("werkzeug", "FileStorage"): "from werkzeug.datastructures import FileStorage",
    ("werkzeug", "MultiDict"): "from werkzeug.datastructures import MultiDict",
    ("werkzeug", "ImmutableMultiDict"): "from werkzeug.datastructures import ImmutableMultiDict",
    ("werkzeug", "run_simple"): "from werkzeug.serving import run_simple",
    ("werkzeug", "escape"): "from markupsafe import escape",
    ("werkzeug.utils", "escape"): "from markupsafe import escape",
    ("werkzeug.security", "safe_join"): "from werkzeug.utils import safe_join",
    ("werkzeug.security", "safe_str_cmp"): "from hmac import compare_digest",
    ("werkzeug.wrappers", "BaseResponse"): "from werkzeug.wrappers import Response",
    ("werkzeug.wrappers", "BaseRequest"): "from werkzeug.wrappers import Request",
    ("werkzeug.wsgi", "DispatcherMiddleware"): "from werkzeug.middleware.dispatcher import DispatcherMiddleware",
    ("werkzeug.wsgi", "SharedDataMiddleware"): "from werkzeug.middleware.shared_data import SharedDataMiddleware",
    ("werkzeug.urls", "url_quote"): "from urllib.parse import quote",
    ("werkzeug.urls", "url_quote_plus"): "from urllib.parse import quote_plus",
    ("werkzeug.urls", "url_unquote"): "from urllib.parse import unquote",
    ("werkzeug.urls", "url_unquote_plus"): "from urllib.parse import unquote_plus",
    ("werkzeug.urls", "url_encode"): "from urllib.parse import urlencode",
    ("werkzeug.urls", "url_decode"): "from urllib.parse import parse_qs",
    ("werkzeug.urls", "url_parse"): "from urllib.parse import urlsplit",
    ("werkzeug.urls", "url_join"): "from urllib.parse import urljoin",
    ("werkzeug.http", "url_quote"): "from urllib.parse import quote",
    ("cgi", "escape"): "from html import escape",
    ("urllib", "urlopen"): "from urllib.request import urlopen",
    ("urllib", "urlencode"): "from urllib.parse import urlencode",
    ("urllib", "quote"): "from urllib.parse import quote",
    ("urllib", "unquote"): "from urllib.parse import unquote",
    ("itertools", "izip"): None,
    ("itertools", "imap"): None,
    ("collections", "Mapping"): "from collections.abc import Mapping",
    ("collections", "Iterable"): "from collections.abc import Iterable",
    ("collections", "Callable"): "from collections.abc import Callable",
    ("collections", "MutableMapping"): "from collections.abc import MutableMapping",
    ("string", "maketrans"): None,
    ("flask.json", "JSONEncoder"): "from json import JSONEncoder",
    ("flask.json", "JSONDecoder"): "from json import JSONDecoder",
    ("inspect", "getargspec"): "from inspect import getfullargspec",
    ("fractions", "gcd"): "from math import gcd",
    ("time", "clock"): "from time import perf_counter",
}
_MODULES = {
    "flask.ext": ("is no longer a part of Flask", "extensions are packages of their own, and the exercise needs none"),
    "flask._compat": ("is no longer a part of Flask", "it is not needed"),
    "flask.exthook": ("is no longer a part of Flask", "it is not needed"),
    "werkzeug.contrib": ("is no longer a part of Werkzeug", "the exercise does not need it"),
    "werkzeug._compat": ("is no longer a part of Werkzeug", "it is not needed"),
    "werkzeug.useragents": ("is no longer a part of Werkzeug", "the exercise does not need it"),
    "werkzeug.posixemulation": ("is no longer a part of Werkzeug", "it is not needed"),
    "jinja2._compat": ("is no longer a part of Jinja", "it is not needed"),
}
_PACKAGES = {"flask": "Flask", "werkzeug": "Werkzeug", "jinja2": "Jinja", "markupsafe": "MarkupSafe", "click": "Click"}
_OF_PYTHON_2 = {
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
    "httplib": "http.client",
    "Cookie": "http.cookies",
    "cookielib": "http.cookiejar",
    "BaseHTTPServer": "http.server",
    "SimpleHTTPServer": "http.server",
    "HTMLParser": "html.parser",
    "StringIO": "io",
    "cStringIO": "io",
    "ConfigParser": "configparser",
    "Queue": "queue",
    "cPickle": "pickle",
    "commands": "subprocess",
    "thread": "_thread",
    "Tkinter": "tkinter",
    "__builtin__": "builtins",
}
_BUILT_INTO_PYTHON_2 = {
    "raw_input": "input",
    "unicode": "str",
    "basestring": "str",
    "xrange": "range",
    "long": "int",
    "unichr": "chr",
}
_OF_OBJECTS = {
    ("Flask", "before_first_request"): (
        "is no longer in Flask (since 2.3)",
        "Put its code above app.run(...), and take that line out.",
    ),
    ("Blueprint", "before_app_first_request"): (
        "is no longer in Flask (since 2.3)",
        "Write what it does above app.run(...), and take that line out.",
    ),
    ("Flask", "env"): ("is no longer in Flask (since 2.3)", "Take it out: debug=True in app.run(...) is enough."),
    ("Flask", "session_cookie_name"): (
        "is no longer in Flask (since 2.3)",
        "Write app.config['SESSION_COOKIE_NAME'] in its place.",
    ),
    ("Flask", "json_encoder"): ("is no longer in Flask (since 2.3)", "Take it out, the exercise does not need it."),
    ("Request", "is_xhr"): ("is no longer in Flask", "Take it out, the exercise does not need it."),
    ("dict", "has_key"): ("is Python 2's", "Write `in`: `'name' in request.cookies`."),
    ("dict", "iteritems"): ("is Python 2's", "Write .items() in its place."),
    ("ImmutableMultiDict", "has_key"): ("is Python 2's", "Write `in`: `'name' in request.cookies`."),
    ("ImmutableMultiDict", "iteritems"): ("is Python 2's", "Write .items() in its place."),
}


def gone_name(said: str, text: str = "", line: int | None = None) -> tuple[str, str] | None:
    """Return what is to be said of a name that is no longer there, and what to do; None for any other exception.

    Parameters
    ----------
    said
        The exception: its type and what it says.
    text, line
        The line of code where it comes from, and its number.
    """
    match = re.search(r"cannot import name '(\w+)' from '([\w.]+)'", said)
    if match is not None and (found := _imported(match[1], match[2])) is not None:
        problem, what_to_do = found
        now = _MOVED[match[2], match[1]]
        if now and line is not None:
            alone = re.fullmatch(r"from\s+[\w.]+\s+import\s+\w+", text.strip())
            below = f"Take {match[1]} out of line {line}, and write `{now}` below it."
            return problem, f"Write line {line} as `{now}`." if alone else below
        return problem, what_to_do
    for pattern, look in (
        (r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'", _of_a_module),
        (r"'(?P<module>\w+)' object has no attribute '(?P<name>\w+)'", _of_an_object),
        (r"name '(?P<name>\w+)' is not defined", _built_in),
    ):
        match = re.search(pattern, said)
        if match is not None:
            return look(match["name"], match.groupdict().get("module") or "")
    return None


def _of_a_module(name: str, module: str) -> tuple[str, str] | None:
    found, now = _imported(name, module), _MOVED.get((module, name))
    if found is None or now is None:
        return found
    _, where, _, called = now.split()
    same = where == module
    return found[0], f"Write {where}.{called} in its place." if same else f"Write {called}, and `{now}` at the top."


def _imported(name: str, module: str) -> tuple[str, str] | None:
    if (module, name) not in _MOVED:
        return None
    now = _MOVED[module, name]
    message = f"{name} is no longer in {module}"
    if now is None:
        return message, "Take it out: it was Python 2's."
    return message, f"Write this import in its place: `{now}`."


def _of_an_object(name: str, kind: str) -> tuple[str, str] | None:
    if (kind, name) not in _OF_OBJECTS:
        return None
    state, what_to_do = _OF_OBJECTS[kind, name]
    return f"{name} {state}", what_to_do


def _built_in(name: str, _: str) -> tuple[str, str] | None:
    if name not in _BUILT_INTO_PYTHON_2:
        return None
    return f"{name} is Python 2's", f"Write {_BUILT_INTO_PYTHON_2[name]} in its place."


def gone_module(module: str, line: int | None) -> tuple[str, str] | None:
    """Return what is to be said of a module that is no longer there, and what to do; None where it may be a file."""
    for gone, (state, why) in _MODULES.items():
        if module == gone or module.startswith(f"{gone}."):
            return f"{gone} {state}", f"Take out line {line}: {why}." if line else f"Take it out: {why}."
    if module in _OF_PYTHON_2:
        return f"{module} is Python 2's name of a module", f"It is called {_OF_PYTHON_2[module]} now: write that."
    top = module.partition(".")[0]
    if top in _PACKAGES and top != module:
        return f"{_PACKAGES[top]} has no part {module}", f"Import what you need from {top} itself."
    return None
