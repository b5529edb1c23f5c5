"""Names that older guides use and that are no longer there, and where they are now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.messages import Frame


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


# By the module that they are in today: names, as they were imported once.
_NOW_IN = {
    "markupsafe": """
        flask.Markup flask.escape jinja2.Markup jinja2.escape jinja2.utils.Markup jinja2.utils.escape
        werkzeug.escape werkzeug.utils.escape
    """,
    "werkzeug.utils": """
        flask.safe_join flask.helpers.safe_join werkzeug.secure_filename werkzeug.cached_property
        werkzeug.security.safe_join
    """,
    "flask": "werkzeug.redirect",
    "werkzeug.security": "werkzeug.generate_password_hash werkzeug.check_password_hash",
    "werkzeug.datastructures": "werkzeug.FileStorage werkzeug.MultiDict werkzeug.ImmutableMultiDict",
    "werkzeug.serving": "werkzeug.run_simple",
    "werkzeug.middleware.dispatcher": "werkzeug.wsgi.DispatcherMiddleware",
    "werkzeug.middleware.shared_data": "werkzeug.wsgi.SharedDataMiddleware",
    "html": "cgi.escape",
    "urllib.request": "urllib.urlopen",
    "urllib.parse": "urllib.urlencode urllib.quote urllib.unquote",
    "collections.abc": "collections.Mapping collections.Iterable collections.Callable collections.MutableMapping",
    "json": "flask.json.JSONEncoder flask.json.JSONDecoder",
    "math": "fractions.gcd",
}

# What is called otherwise today.
_RENAMED = _pairs("""
    flask._app_ctx_stack flask.g                             flask._request_ctx_stack flask.g
    jinja2.contextfilter jinja2.pass_context                 jinja2.contextfunction jinja2.pass_context
    jinja2.environmentfilter jinja2.pass_environment         jinja2.environmentfunction jinja2.pass_environment
    jinja2.evalcontextfilter jinja2.pass_eval_context        werkzeug.security.safe_str_cmp hmac.compare_digest
    werkzeug.wrappers.BaseResponse werkzeug.wrappers.Response werkzeug.wrappers.BaseRequest werkzeug.wrappers.Request
    werkzeug.urls.url_quote urllib.parse.quote               werkzeug.urls.url_quote_plus urllib.parse.quote_plus
    werkzeug.urls.url_unquote urllib.parse.unquote           werkzeug.urls.url_unquote_plus urllib.parse.unquote_plus
    werkzeug.urls.url_encode urllib.parse.urlencode          werkzeug.urls.url_decode urllib.parse.parse_qs
    werkzeug.urls.url_parse urllib.parse.urlsplit            werkzeug.urls.url_join urllib.parse.urljoin
    werkzeug.http.url_quote urllib.parse.quote               inspect.getargspec inspect.getfullargspec
    time.clock time.perf_counter                             werkzeug.http.cookie_date werkzeug.http.http_date
""")
_TAKEN_OUT = ("itertools.izip", "itertools.imap", "string.maketrans")
_MOVED: dict[str, str | None] = {
    **{old: f"{now}.{old.rpartition('.')[2]}" for now, olds in _NOW_IN.items() for old in olds.split()},
    **_RENAMED,
    **dict.fromkeys(_TAKEN_OUT),
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
_OF_PYTHON_2 = _pairs("""
    urllib2 urllib.request                                   urlparse urllib.parse
    httplib http.client                                      Cookie http.cookies
    cookielib http.cookiejar                                 BaseHTTPServer http.server
    SimpleHTTPServer http.server                             HTMLParser html.parser
    StringIO io                                              cStringIO io
    ConfigParser configparser                                Queue queue
    cPickle pickle                                           commands subprocess
    thread _thread                                           Tkinter tkinter
    __builtin__ builtins
""")
_BUILT_INTO_PYTHON_2 = _pairs("raw_input input  unicode str  basestring str  xrange range  long int  unichr chr")
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


def gone_name(said: str, at: Frame | None = None) -> tuple[str, str] | None:
    """Return what is to be said of a name that is no longer there, and what to do; None for any other exception.

    `said` is the exception, its type and what it says; `at` the line of code that imports it, where it is to be named.
    """
    match = re.search(r"cannot import name '(\w+)' from '([\w.]+)'", said)
    if match is not None and (found := _imported(match[1], match[2])) is not None:
        problem, what_to_do, now = found
        if now and at is not None and at.line is not None:
            alone = re.fullmatch(r"from\s+[\w.]+\s+import\s+\w+", at.text.strip())
            below = f"Take {match[1]} out of line {at.line}, and write `{now}` below it."
            what_to_do = f"Write line {at.line} as `{now}`." if alone else below
        return problem, what_to_do
    for pattern, look in (
        (r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'", _of_a_module),
        (r"'(?P<module>\w+)' object has no attribute '(?P<name>\w+)'", _of_an_object),
        (r"(?P<module>)name '(?P<name>\w+)' is not defined", _built_in),
    ):
        if match := re.search(pattern, said):
            return look(match["name"], match["module"])
    return None


def _of_a_module(name: str, module: str) -> tuple[str, str] | None:
    found = _imported(name, module)
    if found is None:
        return None
    problem, what_to_do, statement = found
    if statement is not None:
        _, where, _, called = statement.split()
        at_the_top = f"Write {called}, and `{statement}` at the top."
        what_to_do = f"Write {where}.{called} in its place." if where == module else at_the_top
    return problem, what_to_do


def _imported(name: str, module: str) -> tuple[str, str, str | None] | None:
    """Return what is to be said of a name in a module, what to do, and the import to write, if there is one."""
    if f"{module}.{name}" not in _MOVED:
        return None
    message, now = f"{name} is no longer in {module}", _MOVED[f"{module}.{name}"]
    if now is None:
        return message, "Take it out: it was Python 2's.", None
    where, _, called = now.rpartition(".")
    statement = f"from {where} import {called}"
    return message, f"Write this import in its place: `{statement}`.", statement


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
