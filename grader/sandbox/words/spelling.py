"""Names that are nearly right: what was meant, and how the line is written with it."""

from __future__ import annotations

import ast
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from grader.sandbox.messages import Frame
from grader.source.python_code import parse, walk
from grader.source.slips import reading_mended

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALIKE = 0.8  # of the letters
_MOST_SOURCE = 200_000  # characters
_MOST_NAMES = 500
_OF_OTHER_LANGUAGES = {"true": "True", "false": "False", "null": "None", "none": "None", "nil": "None", "NULL": "None"}
_BUILT_IN = (
    *("True", "False", "None", "print", "input", "int", "str", "float", "len", "range", "open", "list", "dict", "set"),
    *("Exception", "KeyError", "ValueError", "TypeError", "AttributeError", "IndexError", "NameError", "__name__"),
)
_OF_FLASK = (
    *("Flask", "Blueprint", "Request", "Response", "abort", "after_this_request", "current_app", "flash", "g"),
    *("get_flashed_messages", "jsonify", "make_response", "redirect", "render_template", "render_template_string"),
    *("request", "send_file", "send_from_directory", "session", "stream_with_context", "url_for"),
)
_OF_RUN = ("host", "port", "debug", "threaded", "processes", "use_reloader", "ssl_context", "load_dotenv")
_OF_AN_APP = ("template_folder", "static_folder", "static_url_path", "root_path", "instance_path")
_OF_ROUTE = ("methods", "endpoint", "defaults", "strict_slashes")
_ATTRIBUTES = {
    "Request": ("cookies", "args", "form", "method", "path", "url", "host", "headers", "json", "files", "data"),
    "Response": ("set_cookie", "delete_cookie", "headers", "status_code", "data", "mimetype"),
    "Flask": ("route", "run", "get", "post", "add_url_rule", "config", "errorhandler", "secret_key"),
}
_RESPONSE = re.compile(r"(\w+)\s*=\s*(?:\w+\.)?(?:make_response|Response|redirect)\(")
_APP = re.compile(r"(\w+)\s*=\s*(?:\w+\.)?Flask\(")
_BARE_NAME = (
    r"((?:\.cookies|\.cookies\.get|\b(?:set|delete)_cookie|\broute|\brender_template|(?:host|methods)\s*=\s*)[\[(]?)"
)
# Lines that were to make the app: one that gives its name no value, and one that does not call Flask.
_APP_NOT_GIVEN = re.compile(r"^(?P<name>\w+)\s*(?:==|:|-)\s*(?P<flask>(?:flask\.)?Flask)\(", re.MULTILINE)
_APP_NOT_CALLED = re.compile(r"^(?P<name>\w+)\s*=\s*(?P<flask>(?:flask\.)?Flask)\s*(?:#.*)?$", re.MULTILINE)


def meant(said: str, at: Frame, source: str = "") -> str | None:
    """Return what was meant by a name that is not there, and how the line is written with it; see `views.rewritten`."""
    if match := re.search(r"^NameError: (?:free variable|name) '(\w+)' is not defined", said):
        return _undefined(match[1], at, source)
    if match := re.search(r"cannot import name '(\w+)' from|^ModuleNotFoundError: No module named '(\w+)'", said):
        return _imported(match[1] or "", match[2] or "", at)
    if match := re.search(r"unexpected keyword argument '(\w+)'", said):
        return _keyword(match[1], at)
    if "'function' object has no attribute 'html'" in said:
        return _undefined("index", at, "")
    return _makes_no_app(_APP_NOT_CALLED, source) if "_check_setup_finished" in said else None


def _near(name: str, known: Sequence[str]) -> str | None:
    """Return the one that is spelt nearly like a name, if there is one; capital letters and _ do not count."""
    plain = {each.replace("_", "").lower(): each for each in known if each != name}
    found = get_close_matches(name.replace("_", "").lower(), plain, 1, _ALIKE)
    return plain[found[0]] if found else None


def _undefined(name: str, at: Frame, source: str) -> str | None:
    if name in _OF_OTHER_LANGUAGES:
        now = re.sub(rf"\b{name}\b", _OF_OTHER_LANGUAGES[name], at.text)
        return at.written(f"Python's word is {_OF_OTHER_LANGUAGES[name]}.", now)
    otherwise = _as_flask_has_it(name, at) or _on_an_object(name, at, source)
    if otherwise is not None:
        return otherwise
    if name in _OF_FLASK or (name == "flask" and "flask." in at.text):
        return f"Import it: {'import flask' if name == 'flask' else f'from flask import {name}'}"
    is_called = re.search(rf"\b{name}\(", at.text) is not None
    near = _near(name, [*_names_in(source, functions=is_called), *_BUILT_IN])
    if near is not None and (near != "__name__" or re.search(r"\bFlask\(|^if\b", at.text)):
        return at.written(f"Is {near} meant?", re.sub(rf"\b{name}\b", near, at.text))
    now = re.sub(rf"{_BARE_NAME}{name}\b(?!\s*[(\[.'\"])", rf"\1'{name}'", at.text)
    now = now if now != at.text else re.sub(rf"{_BARE_NAME}{name}\.(\w+)\b(?!\()", rf"\1'{name}.\2'", at.text)
    return at.written("A text stands in quotes.", now) if now != at.text else None


def _as_flask_has_it(name: str, at: Frame) -> str | None:
    """Return how a line is written that has a name of Flask's in two parts, or another one for the file's own."""
    if (call := re.search(rf"\b{name}\.(\w+)\(", at.text)) and f"{name}_{call[1]}" in _OF_FLASK:
        return at.written(f"It is called {name}_{call[1]}.", at.text.replace(call[0], f"{name}_{call[1]}("))
    if f"Flask({name})" in at.text:
        return at.written("Is __name__ meant?", at.text.replace(f"Flask({name})", "Flask(__name__)"))
    if re.match(r"if\s+__name__\s*==\s*_*main_*\s*:", at.text):
        return at.written("A text stands in quotes.", re.sub(rf"\b{name}\b", "'__main__'", at.text))
    return None


def _makes_no_app(written: re.Pattern[str], source: str, name: str = "") -> str | None:
    """Return how the line is written that was to make the app, and does not; None where there is no such line."""
    match = written.search(source)
    if match is None or name not in {"", match["name"]}:
        return None
    at = Frame("", source.count("\n", 0, match.start()) + 1)
    return at.written("This does not make the app.", f"{match['name']} = {match['flask']}(__name__)")


def _on_an_object(name: str, at: Frame, source: str) -> str | None:
    """Return how a line is written that lacks the object which something belongs to, or calls it otherwise."""
    above = "\n".join(source.splitlines()[: at.line or 0])
    apps, responses = _APP.findall(source), _RESPONSE.findall(above)
    called = re.match(r"@?(\w+)\.(run|route|get|post)\(", at.text)
    if called and called[1] == name and apps:
        return at.written(f"The app is called {apps[-1]}.", re.sub(rf"\b{name}\b", apps[-1], at.text, count=1))
    if apps and name.lower().replace("_", "") in {"route", f"{apps[-1]}route".lower()}:
        return at.written("A route belongs to the app.", re.sub(rf"(?<![.\w]){name}\b", f"{apps[-1]}.route", at.text))
    on_a_class = name in {"Response", "response"} and re.search(rf"\b{name}\.(?:set|delete)_cookie\(", at.text)
    if responses and (on_a_class or name in {"set_cookie", "delete_cookie"}):
        now = responses[-1] if on_a_class else f"{responses[-1]}.{name}"
        return at.written("Cookies are set on a response.", re.sub(rf"(?<![.\w]){name}\b", now, at.text))
    if name in {"set_cookie", "delete_cookie"}:
        return 'Make a response first: `resp = make_response("...")`. Set the cookie on it, and return it.'
    return _makes_no_app(_APP_NOT_GIVEN, source, name)


def _imported(name: str, module: str, at: Frame) -> str | None:
    """Return what was meant by an import of a name that its module does not have, or of a module that is not there."""
    wanted = name or module
    if wanted in _OF_FLASK and re.fullmatch(rf"(from\s+\w+\s+)?import\s+{wanted}", at.text):
        return at.written(f"{wanted} is in flask.", f"from flask import {wanted}")
    if name:
        return _not_in_flask(name, at) if re.search(r"\bfrom\s+flask\s", at.text) else None
    now = re.sub(rf"\b{module}\b", "flask", at.text, count=1)
    return at.written("The package is called flask.", now) if _near(module, ["flask"]) and now != at.text else None


def _not_in_flask(name: str, at: Frame) -> str | None:
    if "cookie" in name.lower():
        return (
            f"Flask has no {name} to import: take it out. Cookies are read with request.cookies and set with "
            "resp.set_cookie(...)."
        )
    return _spelt(name, _OF_FLASK, rf"(?P<before>import.*)\b{name}\b", at)


def _keyword(name: str, at: Frame) -> str | None:
    calls = ((r"\broute\(", _OF_ROUTE), (r"\brun(_simple)?\(", _OF_RUN), (r"\bFlask\(", _OF_AN_APP))
    known = next((names for called, names in calls if re.search(called, at.text)), ())
    return _spelt(name, known, rf"(?P<before>\b){name}(?=\s*=)", at)


def attribute_meant(kind: str, name: str, at: Frame) -> str | None:
    """Return how an attribute is spelt that Flask's objects do not have; None where nothing like it is there."""
    return _spelt(name, _ATTRIBUTES.get(kind, ()), rf"(?P<before>\.){name}\b", at)


def _spelt(name: str, known: Sequence[str], there: str, at: Frame) -> str | None:
    """Say how a name is spelt that stands in the line behind a ``before``; None where nothing like it is known."""
    near = _near(name, known)
    now = re.sub(there, rf"\g<before>{near}", at.text)
    return at.written(f"It is called {near}.", now) if near and now != at.text else None


def cookie_read_otherwise(at: Frame) -> str | None:
    """Return how a line that reads a cookie in another library's way is written; None where it is none."""
    now = reading_mended(at.text)
    return at.written("Flask has the cookies in request.cookies.", now) if now != at.text else None


def _names_in(source: str, *, functions: bool) -> list[str]:
    """Return the names that a file gives to anything, or to anything but functions, as far as a person may write it."""
    tree = parse(source) if len(source) <= _MOST_SOURCE else None
    names: dict[str, None] = {}
    for node in walk(tree) if tree else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if functions:
                names[node.name] = None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names[node.id] = None
        elif isinstance(node, ast.alias):
            names[(node.asname or node.name).partition(".")[0]] = None
        elif isinstance(node, ast.arg):
            names[node.arg] = None
    return list(names)[:_MOST_NAMES]
