"""Cookies: another name, value, path or life, set where nobody sees it, read unguarded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from grader.proving.program import Program, argument, name_called, statement, text_of, with_argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.proving.variant import Change

_OVER = {"0", "-1"}


def mistakes(program: Program) -> Iterator[Change]:
    """Yield what can be wrong with the cookies of a file."""
    for call in program.calls("set_cookie", "delete_cookie"):
        removes = name_called(call) == "delete_cookie" or _age(program, call) in _OVER
        yield from _what(program, call)
        yield from (_removal if removes else _setting)(program, call)
        yield from _where(program, call)
    yield from _constants(program)
    yield from _reading(program)
    for each in program.all(cst.Try):
        yield from _guard(program, each)
    yield from _scripts(program)
    yield from _in_the_program(program)


def _age(program: Program, call: cst.Call) -> str:
    age = argument(call, "max_age") or argument(call, "expires")
    return program.module.code_for_node(age) if age is not None else ""


def _what(program: Program, call: cst.Call) -> Iterator[Change]:
    """Change the name that is given: the text itself, or the constant's."""
    name = _value(program, argument(call, "key", 0))
    if name:
        for kind, other in (
            ("cookie's name changed", "cookie"),
            ("cookie's name in lower case", name.lower()),
            ("cookie's name with a blank", f"{name}1"),
        ):
            if other != name:
                yield program.changed(kind, (call, with_argument(call, "key", repr(other), 0)))
    first = call.args[0].value if call.args else None
    second = call.args[1].value if len(call.args) > 1 and call.args[1].keyword is None else None
    if first is not None and second is not None:
        yield program.changed("cookie's name and value swapped", (first, second), (second, first))


def _setting(program: Program, call: cst.Call) -> Iterator[Change]:
    value = _value(program, argument(call, "value", 1))
    for kind, other in _other_values(value) if value else ():
        yield program.changed(kind, (call, with_argument(call, "value", repr(other), 1)))
    if argument(call, "value", 1) is not None:
        yield program.changed("cookie's value left out", (call, with_argument(call, "value", None, 1)))
    for kind, name, given in (
        ("cookie born expired", "max_age", "0"),
        ("cookie born expired", "max_age", "-60"),
        ("cookie born expired", "expires", "0"),
        ("cookie for another path", "path", "'/nowhere'"),
        ("cookie for another site", "domain", "'example.org'"),
        ("cookie that browsers refuse", "samesite", "'None'"),
    ):
        yield program.changed(kind, (call, with_argument(call, name, given)))


def _other_values(value: str) -> Iterator[tuple[str, str]]:
    yield "cookie's value changed", "Hello"
    yield "cookie's value shortened", value[:-1]
    yield "cookie's value in another case", value.swapcase()
    yield "cookie's value with a long dash", value.replace("-", "\u2013")
    yield "cookie's value doubled", f"{value} {value}"
    yield "cookie's value without blanks", value.replace(" ", "")


def _removal(program: Program, call: cst.Call) -> Iterator[Change]:
    for name in ("max_age", "expires"):
        if argument(call, name) is not None:
            yield program.changed("cookie not made to expire", (call, with_argument(call, name, None)))
            yield program.changed("cookie lives on", (call, with_argument(call, name, "3600")))
            yield program.changed("cookie not made to expire", (call, with_argument(call, name, "None")))
    yield program.changed("removes for another path", (call, with_argument(call, "path", "'/nowhere'")))
    yield program.changed("removes for another site", (call, with_argument(call, "domain", "'example.org'")))
    if name_called(call) == "delete_cookie" and isinstance(call.func, cst.Attribute):
        only = call.func.with_changes(attr=cst.Name("set_cookie"))
        yield program.changed("cookie emptied, not removed", (call, call.with_changes(func=only)))


def _where(program: Program, call: cst.Call) -> Iterator[Change]:
    """Call it on something that is not returned, or not at all."""
    if not isinstance(call.func, cst.Attribute):
        return
    for kind, receiver in (
        ("cookie on another response", "make_response('Done')"),
        ("cookie on the request", "request"),
        ("cookie on a text", "'Done'"),
    ):
        other = call.func.with_changes(value=cst.parse_expression(receiver))
        yield program.changed(kind, (call, call.with_changes(func=other)))
    yield program.changed("cookie's call without parentheses", (call, call.func))
    misspelt = call.func.with_changes(attr=cst.Name(call.func.attr.value.replace("_", "")))
    yield program.changed("cookie's call misspelt", (call, call.with_changes(func=misspelt)))


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


def _scripts(program: Program) -> Iterator[Change]:
    """Have a page's script do what only a browser shows."""
    names = [_value(program, argument(call, "key", 0)) for call in program.calls("set_cookie")]
    name = next(filter(None, names), None)
    for view in program.views if name else ():
        calls = program.calls("set_cookie", "delete_cookie", within=view.function)
        reads = any(_is_cookies(each) for each in program.all(cst.Attribute, view.function))
        removes = any(name_called(call) == "delete_cookie" or _age(program, call) in _OVER for call in calls)
        kind = list(_SCRIPTS)[1 if removes else 0 if calls else 2]
        if not (calls or reads) or view.path is None or not isinstance(view.call.func, cst.Attribute):
            continue
        app = program.module.code_for_node(view.call.func.value)
        script = _SCRIPTS[kind].format(name=name)
        hook = cst.parse_module(_HOOK.format(app=app, path=view.path.value, script=script)).body
        yield program.changed(kind, (view.function, cst.FlattenSentinel([*hook, view.function])))


def _in_the_program(program: Program) -> Iterator[Change]:
    """Have the app read what it has set itself, whoever visits it."""
    code = program.module.code_for_node
    reads = [node for node in program.all(cst.Attribute) if _is_cookies(node)]
    pairs: list[tuple[cst.CSTNode, Any]] = [(node, cst.Name("KEPT")) for node in reads]
    for call in program.calls("set_cookie"):
        line, name, value = program.statement_of(call), argument(call, "key", 0), argument(call, "value", 1)
        if line is not None and name is not None and value is not None and _age(program, call) not in _OVER:
            kept = statement(f"KEPT[{code(name)}] = {code(value)}\n")
            pairs.append((line, cst.FlattenSentinel([line, kept])))
    if reads and len(pairs) > len(reads):
        changed = program.changed("value kept in the program", *pairs)
        text = (changed.files[program.path] or b"").decode(program.module.encoding)
        again = Program(program.path, text.encode())
        function = again.all(cst.FunctionDef)[0]
        above = cst.FlattenSentinel([statement("KEPT = {}\n"), function])
        yield again.changed(changed.kind, (function, above))


def _constants(program: Program) -> Iterator[Change]:
    """Change the constants that name and value are kept in: then every place has the other one."""
    given = {
        node.value
        for call in program.calls("set_cookie", "delete_cookie")
        for node in (argument(call, "key", 0), argument(call, "value", 1))
        if isinstance(node, cst.Name)
    }
    for assign in program.all(cst.Assign):
        target, value = assign.targets[0].target, text_of(assign.value)
        if isinstance(target, cst.Name) and target.value in given and value:
            for kind, other in (("constant misspelt", value[:-1]), ("constant in another case", value.swapcase())):
                yield program.changed(kind, (assign.value, cst.SimpleString(repr(other))))


def _value(program: Program, node: cst.BaseExpression | None) -> str | None:
    """Return the text that is given, by itself or as a constant."""
    if isinstance(node, cst.Name):
        for assign in program.all(cst.Assign):
            target = assign.targets[0].target
            if isinstance(target, cst.Name) and target.value == node.value:
                return text_of(assign.value)
    return text_of(node)


def _reading(program: Program) -> Iterator[Change]:
    for node in program.all(cst.Attribute):
        if node.attr.value == "cookies":
            for kind, other in (("reads the form", "form"), ("reads the address", "args")):
                yield program.changed(kind, (node, node.with_changes(attr=cst.Name(other))))
    for each in program.all(cst.Subscript):
        if _is_cookies(each.value):
            yield program.changed("reads another cookie", (each, _reads(each, "'cookie'")))
            yield program.changed("reads the first letter", (each, cst.Subscript(each, each.slice)))
            inside = program.module.code_for_node(each.slice[0])
            receiver = program.module.code_for_node(each.value)
            yield program.changed("reads it by get", (each, cst.parse_expression(f"{receiver}.get({inside})")))
            yield program.changed("names it in place of reading it", (each, cst.parse_expression(inside)))
    for call in program.calls("get"):
        if isinstance(call.func, cst.Attribute) and _is_cookies(call.func.value):
            yield program.changed("reads another cookie", (call, with_argument(call, "key", "'cookie'", 0)))
            yield program.changed("another value in its place", (call, with_argument(call, "default", "'1'", 1)))
            if argument(call, "default", 1) is not None:
                yield program.changed("no value in its place", (call, with_argument(call, "default", None, 1)))


def _is_cookies(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Attribute) and node.attr.value == "cookies"


def _reads(node: cst.Subscript, what: str) -> cst.Subscript:
    return node.with_changes(slice=[cst.SubscriptElement(cst.Index(cst.parse_expression(what)))])


def _guard(program: Program, each: cst.Try) -> Iterator[Change]:
    """Take the ``try`` away, put it around something else, or catch something else."""
    body = list(each.body.body)
    for block in program.blocks:
        if any(part is each for part in block.body):
            without = _spliced(block, each, body)
            yield program.changed("no try", (block, without))
            moved = [*body, each.with_changes(body=_block("pass"))]
            yield program.changed("try around another line", (block, _spliced(block, each, moved)))
    for handler in each.handlers:
        for other in ("ValueError", "ZeroDivisionError"):
            caught = handler.with_changes(
                type=cst.Name(other), name=None, whitespace_after_except=cst.SimpleWhitespace(" ")
            )
            yield program.changed("catches another error", (handler, caught))
        for kind, code in (("except that hides", "pass"), ("except that raises again", "raise")):
            yield program.changed(kind, (handler.body, _block(code)))
        yield program.changed("try and except swapped", (each.body, handler.body), (handler.body, each.body))


def _spliced(block: Any, old: cst.CSTNode, new: list[Any]) -> Any:
    body = [part for each in block.body for part in (new if each is old else [each])]
    return block.with_changes(body=body)


def _block(code: str) -> cst.IndentedBlock:
    return cst.IndentedBlock([statement(f"{code}\n")])
