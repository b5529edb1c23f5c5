"""A view that crashes or gives no page: what to do about what Flask, Werkzeug and Python say."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from grader.sandbox.words.explaining import advice, said
from grader.sandbox.words.gone import gone_name
from grader.sandbox.words.spelling import attribute_meant, cookie_read_otherwise, meant
from grader.source import slips
from grader.source.python_code import parse, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.messages import Crash, Frame

_ARGUMENTS = ("key", "value", "max_age", "expires", "path", "domain", "secure", "httponly", "samesite", "partitioned")
_THE_NAME = {"name", "cookie", "cookiename", "cookiekey", "title"}
_THE_VALUE = {"val", "cookievalue", "content", "data", "text"}
# What the exception says, what is wrong in the line, what to write there, and why.
_IN_THE_LINE = (
    (r"'float' and 'str'", r"(max_age\s*=\s*)(['\"])(\d+)\2", r"\1\3", "max_age is a number, with no quotes."),
    (r"object cannot be interpreted", r"\bexpires(?=\s*=)", "max_age", "A length of time is max_age, not expires."),
    (r"bytes-like object", r"(_cookie\(\s*[^(),]+,\s*(?:value\s*=\s*)?)None\b", r"\1''", "A value is a text."),
    (
        r"methods must be a list",
        r"methods\s*=\s*(?:\((['\"]\w+['\"])\)|(['\"]\w+['\"]))",
        r"methods=[\1\2]",
        "Methods are a list.",
    ),
    (r"route\(\) takes 2 positional", r"(['\"])\s*,\s*(?=\[)", r"\1, methods=", "Methods are given by their name."),
    (
        r"must start with a slash",
        r"(^@\S+?\(\s*['\"])\s*(?:https?://[^/'\"]+)?\s*/?(?=\w)",
        r"\1/",
        "It begins with a slash.",
    ),
    (r"'import_name'", r"Flask\(\s*\)", "Flask(__name__)", "Flask wants to know the file."),
    (r"'module' object is not callable", r"\bflask\(", "flask.Flask(", "flask is the package, and Flask is in it."),
    (r"SameSite must be", r",\s*samesite\s*=\s*(['\"]).*?\1", "", "The exercise needs no samesite."),
    (
        r"'dict' object has no attribute 'encode'",
        r"_cookie\(\{\s*([^:{}]+?)\s*:\s*([^{}]+?)\s*\}",
        r"_cookie(\1, \2",
        "Name and value are two arguments.",
    ),
    (
        r"'(?:set|list|tuple)' object has no attribute 'encode'",
        r"_cookie\([\[({]\s*(.+?)\s*[\])}]\)",
        r"_cookie(\1)",
        "Name and value are two arguments.",
    ),
    (r"'(?:function|method)' object is not subscriptable", r"(\w)\[(.*)\]", r"\1(\2)", "It is called with ( )."),
    (
        r"bytes-like object(?:, got '(?:list|tuple)')?$",
        r"[\[(]\s*(['\"][^'\"]*['\"])\s*,?\s*[\])](?=\s*[,)])",
        r"\1",
        "A value is one text.",
    ),
    (r"for &: ", r"\s&\s", " and ", "Write `and`: & is for numbers."),
    (r"'str' object has no attribute", r"(['\"])\s*\.\s*(?=\w+$)", r"\1 + ", "Texts are put together with +."),
    (r"string pattern on a bytes", r"\bb(?=['\"])", "", "The b makes it bytes, and a text is asked for."),
    (r"'\w*MultiDict' object is not callable", r"\b(args|form)\(([^()]*)\)", r"\1[\2]", "It is read with [ ]."),
)
_UNEXPECTED = re.compile(r"(set|delete)_cookie\(\) got an unexpected keyword argument '(\w+)'")
_ANOTHER_MEANING = re.compile(
    r"'(function|type)' object has no|module '.*' has no|takes 0 positional|object is not (callable|subscriptable)"
)
_CALLED_RESPONSE = re.compile(r"__call__\(\) missing 2 required positional arguments: 'environ'")

IN_A_VIEW = (
    (r"set_cookie\(\) missing .*'key'", "The cookie's name comes first, then its value: set_cookie('name', 'value')."),
    (r"__call__\(\) missing 2 required positional arguments: 'environ'", "Return the response without ( ) after it."),
    (
        r"'\w*MultiDict' object is not callable",
        "Write square brackets after request.cookies, request.args and request.form: request.cookies['…'].",
    ),
    (r"render_template\(\) takes 1 positional", "Give each value by its name: render_template('index.html', name=…)."),
    (
        r"\w\.(\w+)\(\) takes 0 positional arguments but 1 was given",
        r"A method is given its object first: write `def \1(self):`.",
    ),
    (r"unexpected keyword argument", "Check the spelling of the words before the = signs, in small letters."),
    (r"'async' extra", "Write `def` instead of `async def`: plain Flask calls only plain functions."),
    (
        r"'str' object has no attribute '(set|delete)_cookie'",
        'Text has no cookies. Make a response first, `resp = make_response("...")`, set the cookie on it, return it.',
    ),
    (
        r"'function' object has no attribute '(set|delete)_cookie'",
        'Call make_response, with the text of the page: `resp = make_response("...")`.',
    ),
    (
        r"'\w+' (object )?has no attribute '(set|delete)_cookie'",
        'Set the cookie on the response: `resp = make_response("...")`. Then `resp.set_cookie(...)`, and return resp.',
    ),
    (
        r"'Response' object has no attribute '\w*[cC]ookies?\w*'",
        "Use `resp.set_cookie(...)` or `resp.delete_cookie(...)`.",
    ),
    (
        r"expected string or bytes-like object",
        "Put the value in quotes: it is a text. After one of an Enum, write .value.",
    ),
    (
        r"'(str|int|list|dict)' object is not callable",
        "What stands before ( ) is no function. Is a variable called like one?",
    ),
    (r"no secret key was set", "Do not use session: set the cookie with `resp.set_cookie(...)`."),
    (r"^RecursionError", "This line calls the function that it stands in, again and again. Return the page itself."),
    (
        r"'Immutable\w*' objects? (is|are) immutable",
        "request.cookies is what the browser has sent. Nobody can change it: set the cookie on the response.",
    ),
    (r"for \+: 'float' and 'str'", "max_age is a number, without quotes; what set_cookie is given third is max_age."),
    (r"'Response' object has no attribute 'strip'", "Return the response alone, with no text beside it."),
    (r"concatenate str \(not \"NoneType\"|operand.*NoneType", "The value is None here. Give it another one above."),
    (r"can only concatenate str", "With + only texts are put together. Write str(...) around the other value."),
    (r"^TemplateNotFound", "Put it into the folder `templates`, beside app.py."),
    (r"SQLite objects created in a thread", "Connect in the view itself: each visit has a thread of its own."),
    (r"unable to open database file", "Its folder is not there: write the file's name alone."),
    (r"no such table: (\w+)", r"Make it first: CREATE TABLE IF NOT EXISTS \1 (…)."),
    (r"^TemplateSyntaxError", "Look at the braces: {{ value }} and {% ... %}."),
)
_NO_PAGE = (
    (
        r"^The view function for '(\w+)' did not return a valid response",
        r"Its view \1 returns nothing (None)",
        "Each way through the function needs a `return`. What print(...) writes is not seen on the page.",
    ),
    (
        r"(\w+)\(\) (?:takes|missing|got).*\n.*did not return a valid response.*was a function",
        r"Its view returns the function \1 itself, not the page that it makes",
        r"The parentheses are missing after it: return \1(...).",
    ),
    (
        r"The view function did not return a valid response.*was an? (\w+)",
        r"Its view returns something that is no page: an object of the type \1",
        "Return text: for example str(...) around it.",
    ),
)


def view_failure(crash: Crash, files: Mapping[str, bytes]) -> tuple[str, str | None]:
    """Return a sentence about an exception in a view, without its full stop, and a hint."""
    for pattern, sentence, what_to_do in _NO_PAGE:
        match = re.search(pattern, crash.message)
        if match is not None:
            return match.expand(sentence), match.expand(what_to_do)
    where = crash.last
    at = f" in {where.place_name}" if where else ""
    code = f" (`{where.text}`)" if where and where.text else ""
    source = files.get(where.file, b"").decode("utf-8", "replace") if where else ""
    hint = (rewritten(str(crash), where, source) if where else None) or advice(crash, IN_A_VIEW, files)
    if (gone := gone_name(str(crash))) is not None:
        return f"{gone[0]}{at}{code}", gone[1]
    if crash.type == "BadRequestKeyError":
        key = re.search(r"KeyError: (.*)", crash.message)
        return f"{'There is no ' + key[1] if key else 'What is asked for is not there'}{at}{code}", hint
    return f"It stops with `{said(crash)}`{at}{code}", hint


def rewritten(said: str, at: Frame, source: str = "") -> str | None:
    """Return the hint that names the right line in the place of a wrong one; None where that is not known.

    `said` is the exception, its type and what it says; `source` is the whole file.
    """
    text = at.text
    unexpected = _UNEXPECTED.search(said)
    if unexpected is not None:
        return _other_arguments(unexpected[1], unexpected[2], at)
    if "KeyError" not in said and (
        hint := _means_otherwise(said, text, source) or cookie_read_otherwise(at) or meant(said, at, source)
    ):
        return hint
    for pattern, wrong, right, why in _IN_THE_LINE:
        if re.search(pattern, said) and (now := re.sub(wrong, right, text)) != text:
            return at.written(why, now)
    if (named := re.search(r"'(\w+)' object has no attribute '(\w+)'", said)) is not None:
        return attribute_meant(named[1], named[2], at)
    if _CALLED_RESPONSE.search(said) and (match := re.match(r"return (\w+)\(\)$", text)):
        return f"Write line {at.line} as `return {match[1]}`: a response is not called."
    return None


def _means_otherwise(said: str, text: str, source: str) -> str | None:
    """Return what to do about a name that stands for something else than where it was first given a meaning."""
    if said.startswith("UnboundLocalError") and re.match(r"(\w+)\s*=\s*\1\(", text):
        return "That name is taken. Call it resp, here and below."
    return slips.another_meaning(parse(source), re.findall(r"\w+", text)) if _ANOTHER_MEANING.search(said) else None


def _other_arguments(kind: str, wrong: str, at: Frame) -> str:
    """Return how to give set_cookie or delete_cookie what was given by a name that they do not know."""
    why, change = _meant(kind, wrong)
    tree, call = _call_in(at.text, f"{kind}_cookie")
    keyword = next((each for each in call.keywords if each.arg == wrong), None) if call else None
    if tree is None or call is None or keyword is None:
        return f"{why}."
    others = [each for each in call.keywords if each is not keyword]
    if change == "leave out" and kind == "set" and not call.args and not any(k.arg == "key" for k in others):
        call.args = [ast.Constant(wrong), keyword.value]
        why = "The cookie's name and its value are two arguments"
    elif change == "key":
        values = [each for each in others if each.arg == "value"]
        others = [each for each in others if each.arg != "value"]
        call.args = [keyword.value, *(each.value for each in values), *call.args]
    elif change == "value" and len(call.args) == 1:
        call.args.append(keyword.value)
    elif change != "leave out":
        others.append(ast.keyword(change, keyword.value))
    call.keywords = others
    return at.written(f"{why}.", ast.unparse(tree))


def _meant(kind: str, wrong: str) -> tuple[str, str]:
    """Return what is to be said of an argument, and which one was meant."""
    plain = wrong.replace("_", "").lower()
    if plain in _THE_NAME:
        return "The cookie's name comes first, without a word and a = sign before it", "key"
    if plain in _THE_VALUE:
        return "The cookie's value is given by the word value, or right after the name", "value"
    meant = next((each for each in _ARGUMENTS if each.replace("_", "") in {plain, f"{plain}s"}), None)
    if meant is not None and kind == "set":
        underscore = ", with an underscore" if "_" in meant else ""
        return f"It is called {meant}{underscore}", meant
    return f"{kind}_cookie has no {wrong}: leave it out", "leave out"


def _call_in(text: str, name: str) -> tuple[ast.Module | None, ast.Call | None]:
    """Return a line's syntax tree and the call of this name in it; nothing where it is not a line by itself."""
    tree = parse(text)
    calls = (
        [node for node in walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        if tree
        else []
    )
    return tree, next((call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == name), None)
