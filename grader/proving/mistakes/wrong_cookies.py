"""Cookies: another name, value, path or life, set where nobody sees it, read unguarded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from grader.proving.program import Program, argument, block, is_cookies, name_called, removes, statement, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.proving.variant import Edit


def mistakes(program: Program) -> Iterator[Edit]:
    """Yield what can be wrong with the cookies of a file."""
    for call in program.calls("set_cookie", "delete_cookie"):
        yield from _what(program, call)
        yield from (_removal if removes(program, call) else _setting)(program, call)
        yield from _where(program, call)
    yield from _constants(program)
    yield from _reading(program)
    for each in program.all(cst.Try):
        yield from _guard(program, each)
    yield from _scripts(program)
    yield from _in_the_program(program)


def _what(program: Program, call: cst.Call) -> Iterator[Edit]:
    """Change the name that is given: the text itself, or the constant's."""
    name = _value(program, argument(call, "key", 0))
    if name:
        for kind, other in (
            ("cookie's name changed", "cookie"),
            ("cookie's name in lower case", name.lower()),
            ("cookie's name with a blank", f"{name}1"),
        ):
            if other != name:
                yield program.given(kind, call, "key", repr(other), 0)
    first = call.args[0].value if call.args else None
    second = call.args[1].value if len(call.args) > 1 and call.args[1].keyword is None else None
    if first is not None and second is not None:
        yield program.changed("cookie's name and value swapped", (first, second), (second, first))


def _setting(program: Program, call: cst.Call) -> Iterator[Edit]:
    value = _value(program, argument(call, "value", 1))
    for kind, other in _other_values(value) if value else ():
        yield program.given(kind, call, "value", repr(other), 1)
    if argument(call, "value", 1) is not None:
        yield program.given("cookie's value left out", call, "value", None, 1)
    for kind, name, given in (
        ("cookie born expired", "max_age", "0"),
        ("cookie born expired", "max_age", "-60"),
        ("cookie born expired", "expires", "0"),
        ("cookie for another path", "path", "'/nowhere'"),
        ("cookie for another site", "domain", "'example.org'"),
        ("cookie that browsers refuse", "samesite", "'None'"),
    ):
        yield program.given(kind, call, name, given)


def _other_values(value: str) -> Iterator[tuple[str, str]]:
    yield "cookie's value changed", "Hello"
    yield "cookie's value shortened", value[:-1]
    yield "cookie's value in another case", value.swapcase()
    yield "cookie's value with a long dash", value.replace("-", "\u2013")
    yield "cookie's value doubled", f"{value} {value}"
    yield "cookie's value without blanks", value.replace(" ", "")


def _removal(program: Program, call: cst.Call) -> Iterator[Edit]:
    for name in ("max_age", "expires"):
        if argument(call, name) is not None:
            yield program.given("cookie not made to expire", call, name, None)
            yield program.given("cookie lives on", call, name, "3600")
            yield program.given("cookie not made to expire", call, name, "None")
    yield program.given("removes for another path", call, "path", "'/nowhere'")
    yield program.given("removes for another site", call, "domain", "'example.org'")
    if name_called(call) == "delete_cookie" and isinstance(call.func, cst.Attribute):
        yield program.changed("cookie emptied, not removed", (call.func.attr, "set_cookie"))


def _where(program: Program, call: cst.Call) -> Iterator[Edit]:
    """Call it on something that is not returned, or not at all."""
    if not isinstance(call.func, cst.Attribute):
        return
    for kind, receiver in (
        ("cookie on another response", "make_response('Done')"),
        ("cookie on the request", "request"),
        ("cookie on a text", "'Done'"),
    ):
        yield program.changed(kind, (call.func.value, receiver))
    yield program.changed("cookie's call without parentheses", (call, call.func))
    yield program.changed("cookie's call misspelt", (call.func.attr, call.func.attr.value.replace("_", "")))


_SCRIPTS = {
    "script that deletes the cookie": "document.cookie = '{name}=; max-age=0'",
    "script that sets the cookie again": "document.cookie = '{name}=again'",
    "script that keeps what it has shown": (
        "var kept = localStorage.kept || document.body.innerText;"
        " localStorage.kept = kept; document.body.innerText = kept"
    ),
}
_HOOK = """@{app}.after_request
def with_script(response):
    if __import__('flask').request.path == {path}:
        response.set_data(response.get_data(as_text=True) + "<script>{script}</script>")
        response.mimetype = 'text/html'
    return response


"""


def _scripts(program: Program) -> Iterator[Edit]:
    """Have a page's script do what only a browser shows."""
    names = [_value(program, argument(call, "key", 0)) for call in program.calls("set_cookie")]
    name = next(filter(None, names), None)
    for view in program.views if name else ():
        calls = program.calls("set_cookie", "delete_cookie", within=view.function)
        reads = any(is_cookies(each) for each in program.all(cst.Attribute, view.function))
        kind = list(_SCRIPTS)[1 if any(removes(program, call) for call in calls) else 0 if calls else 2]
        if not (calls or reads) or view.path is None or not isinstance(view.call.func, cst.Attribute):
            continue
        app = program.code(view.call.func.value)
        script = _SCRIPTS[kind].format(name=name)
        hook = cst.parse_module(_HOOK.format(app=app, path=view.path.value, script=script)).body
        yield program.changed(kind, (view.function, [*hook, view.function]))


def _in_the_program(program: Program) -> Iterator[Edit]:
    """Have the app read what it has set itself, whoever visits it."""
    reads = [node for node in program.all(cst.Attribute) if is_cookies(node)]
    pairs: list[tuple[cst.CSTNode, Any]] = [(node, "KEPT") for node in reads]
    for call in program.calls("set_cookie"):
        line, name, value = program.statement_of(call), argument(call, "key", 0), argument(call, "value", 1)
        if line is not None and name is not None and value is not None and not removes(program, call):
            kept = statement(f"KEPT[{program.code(name)}] = {program.code(value)}")
            pairs.append((line, [line, kept]))
    if reads and len(pairs) > len(reads):
        changed = program.changed("value kept in the program", *pairs)
        text = (changed.files[program.path] or b"").decode(program.module.encoding)
        again = Program(program.path, text.encode())
        function = again.all(cst.FunctionDef)[0]
        yield again.changed(changed.kind, (function, [statement("KEPT = {}"), function]))


def _constants(program: Program) -> Iterator[Edit]:
    """Change the constants that name and value are kept in: then every place has the other one."""
    given = {
        node.value
        for call in program.calls("set_cookie", "delete_cookie")
        for node in (argument(call, "key", 0), argument(call, "value", 1))
        if isinstance(node, cst.Name)
    }
    for name, node in program.kept():
        if name in given and (value := text_of(node)):
            for kind, other in (("constant misspelt", value[:-1]), ("constant in another case", value.swapcase())):
                yield program.changed(kind, (node, repr(other)))


def _value(program: Program, node: cst.BaseExpression | None) -> str | None:
    """Return the text that is given, by itself or as a constant."""
    constants = (value for name, value in program.kept() if isinstance(node, cst.Name) and name == node.value)
    return text_of(next(constants, node))


def _reading(program: Program) -> Iterator[Edit]:
    for node in program.all(cst.Attribute):
        if is_cookies(node):
            for kind, other in (("reads the form", "form"), ("reads the address", "args")):
                yield program.changed(kind, (node.attr, other))
    for each in program.all(cst.Subscript):
        if is_cookies(each.value):
            inside, receiver = program.code(each.slice[0]), program.code(each.value)
            yield program.changed("reads another cookie", (each, f"{receiver}['cookie']"))
            yield program.changed("reads the first letter", (each, cst.Subscript(each, each.slice)))
            yield program.changed("reads it by get", (each, f"{receiver}.get({inside})"))
            yield program.changed("names it in place of reading it", (each, inside))
    for call in program.calls("get"):
        if isinstance(call.func, cst.Attribute) and is_cookies(call.func.value):
            yield program.given("reads another cookie", call, "key", "'cookie'", 0)
            yield program.given("another value in its place", call, "default", "'1'", 1)
            if argument(call, "default", 1) is not None:
                yield program.given("no value in its place", call, "default", None, 1)


def _guard(program: Program, each: cst.Try) -> Iterator[Edit]:
    """Take the ``try`` away, put it around something else, or catch something else."""
    body = each.body.body
    yield program.changed("no try", (each, [*body]))
    yield program.changed("try around another line", (each, [*body, each.with_changes(body=block("pass"))]))
    for handler in each.handlers:
        for other in ("ValueError", "ZeroDivisionError"):
            caught = handler.with_changes(
                type=cst.Name(other), name=None, whitespace_after_except=cst.SimpleWhitespace(" ")
            )
            yield program.changed("catches another error", (handler, caught))
        for kind, code in (("except that hides", "pass"), ("except that raises again", "raise")):
            yield program.changed(kind, (handler.body, block(code)))
        yield program.changed("try and except swapped", (each.body, handler.body), (handler.body, each.body))
