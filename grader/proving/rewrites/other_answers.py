"""Other ways to answer, to set and remove a cookie, and to read one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from grader.proving.program import Program, argument, block, is_cookies, name_called, removes, text_of, with_argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.proving.variant import Edit


def rewrites(program: Program) -> Iterator[Edit]:
    """Yield the program with other calls that do the same."""
    yield from _responses(program)
    yield from _set(program)
    yield from _removed(program)
    yield from _read(program)


def _responses(program: Program) -> Iterator[Edit]:
    """Answer by a text, a tuple or a response."""
    returned = [node.value for view in program.views for node in program.all(cst.Return, view.function)]
    texts = [value for value in returned if value is not None and text_of(value) is not None]
    code = program.code
    for kind, form in (
        ("answers with a status", "{}, 200"),
        ("answers by make_response", "__import__('flask').make_response({})"),
        ("answers by a response", "__import__('flask').Response({})"),
    ):
        yield program.changed(kind, *((text, form.format(code(text))) for text in texts))
    made = [(call, ", ".join(code(each.value) for each in call.args)) for call in program.calls("make_response")]
    for kind, form in (
        ("Response for make_response", "__import__('flask').Response({})"),
        ("make_response with a status", "make_response({}, 200)"),
    ):
        yield program.changed(kind, *((call, form.format(text)) for call, text in made))


def _set(program: Program) -> Iterator[Edit]:
    calls = [call for call in program.calls("set_cookie") if not removes(program, call)]
    for kind, name, value in (
        ("cookie for a day", "max_age", "60 * 60 * 24"),
        ("cookie for all paths", "path", "'/'"),
        ("cookie that scripts do not see", "httponly", "True"),
        ("cookie with SameSite", "samesite", "'Lax'"),
        ("cookie that is Secure", "secure", "True"),
        ("cookie with an expiry", "expires", "'Fri, 31 Dec 2099 23:59:59 GMT'"),
    ):
        yield program.changed(kind, *((call, with_argument(call, name, value)) for call in calls))
    both = [call for call in calls if argument(call, "key", 0) is not None and argument(call, "value", 1) is not None]
    given = [(call, _code(program, call, "value", 1), _code(program, call, "key", 0)) for call in both]
    named = [(call, f"{program.code(call.func)}(value={value}, key={key})") for call, value, key in given]
    yield program.changed("cookie by keywords", *named)
    lines = [line for line in map(program.statement_of, both) if line is not None]
    yield program.changed("cookie set twice", *((line, [line, line]) for line in lines))


_REMOVALS = {
    "set_cookie": {
        "delete_cookie": "{receiver}.delete_cookie({name})",
        "removed by expires": "{receiver}.set_cookie({name}, '', expires=0)",
        "removed by an old date": "{receiver}.set_cookie({name}, '', expires='Thu, 01 Jan 1970 00:00:00 GMT')",
        "removed by a negative age": "{receiver}.set_cookie({name}, '', max_age=-1)",
        "removed with a value": "{receiver}.set_cookie({name}, 'gone', max_age=0)",
        "removed with its path": "{receiver}.set_cookie({name}, '', max_age=0, path='/')",
    },
    "delete_cookie": {"max_age=0": "{receiver}.set_cookie({name}, '', max_age=0)"},
}


def _removed(program: Program) -> Iterator[Edit]:
    for call in program.calls("set_cookie", "delete_cookie"):
        if removes(program, call):
            receiver = program.code(cst.ensure_type(call.func, cst.Attribute).value)
            name = _code(program, call, "key", 0)
            for kind, form in _REMOVALS[name_called(call)].items():
                yield program.changed(kind, (call, form.format(receiver=receiver, name=name)))


def _code(program: Program, call: cst.Call, name: str, position: int) -> str:
    node = argument(call, name, position)
    return program.code(node) if node is not None else "''"


def _read(program: Program) -> Iterator[Edit]:
    """Catch other errors, too; read the cookie in a line of its own."""
    handlers = [
        handler
        for each in program.all(cst.Try)
        for handler in each.handlers
        if isinstance(handler.type, cst.Name) and handler.type.value in {"KeyError", "Exception"}
    ]
    finally_ = {"finalbody": cst.Finally(block("print('done')"))}
    open_ = [each for each in program.all(cst.Try) if handlers and each.finalbody is None]
    for kind, nodes, other in (
        ("except Exception", handlers, _catching("Exception")),
        ("except several", handlers, _catching("(KeyError, TypeError)")),
        ("except BadRequestKeyError", handlers, _catching("__import__('werkzeug').exceptions.BadRequestKeyError")),
        ("except without a name", handlers, {"name": None, **_catching(None)}),
        ("with finally", open_, finally_),
    ):
        yield program.changed(kind, *((each, each.with_changes(**other)) for each in nodes))
    reads = [(each, program.statement_of(each)) for each in program.all(cst.Subscript) if is_cookies(each.value)]
    code = program.code
    for kind, lines in (
        ("cookie in a variable", "found = {read}\n"),
        ("all cookies in a variable", "jar = {jar}\nfound = jar[{name}]\n"),
        ("get, and raise", "found = {jar}.get({name})\nif found is None:\n    raise KeyError({name})\n"),
        ("asked by in", "if {name} not in {jar}:\n    raise KeyError\nfound = {jar}.get({name})\n"),
    ):
        lines_of: list[tuple[cst.CSTNode, Any]] = []
        for each, line in reads:
            if line is not None:
                text = lines.format(read=code(each), jar=code(each.value), name=code(each.slice[0]))
                before = cst.parse_module(text).body
                lines_of.append((line, [*before, line.deep_replace(each, cst.Name("found"))]))
        yield program.changed(kind, *lines_of)


def _catching(code: str | None) -> dict[str, Any]:
    """Return what an ``except`` has that catches something, or anything."""
    gap = cst.SimpleWhitespace(" " if code else "")
    return {"type": cst.parse_expression(code) if code else None, "whitespace_after_except": gap}
