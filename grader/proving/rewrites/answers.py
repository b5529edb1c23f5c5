"""Other ways to answer, to set and remove a cookie, and to read one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from grader.proving.program import Program, argument, statement, text_of, with_argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.proving.variant import Change


def rewrites(program: Program) -> Iterator[Change]:
    """Yield the program with other calls that do the same."""
    yield from _responses(program)
    yield from _set(program)
    yield from _removed(program)
    yield from _read(program)


def _responses(program: Program) -> Iterator[Change]:
    """Answer by a text, a tuple or a response."""
    texts = [
        node.value
        for view in program.views
        for node in program.all(cst.Return, view.function)
        if node.value is not None and text_of(node.value) is not None
    ]
    code = program.module.code_for_node
    for kind, form in (
        ("answers with a status", "{}, 200"),
        ("answers by make_response", "__import__('flask').make_response({})"),
        ("answers by a response", "__import__('flask').Response({})"),
    ):
        if texts:
            yield program.changed(kind, *((text, cst.parse_expression(form.format(code(text)))) for text in texts))
    made = program.calls("make_response")
    if made:
        given = [(call, ", ".join(code(each.value) for each in call.args)) for call in made]
        for kind, form in (
            ("Response for make_response", "__import__('flask').Response({})"),
            ("make_response with a status", "make_response({}, 200)"),
        ):
            yield program.changed(kind, *((call, cst.parse_expression(form.format(text))) for call, text in given))


def _set(program: Program) -> Iterator[Change]:
    calls = [call for call in program.calls("set_cookie") if not _removes(program, call)]
    for kind, name, value in (
        ("cookie for a day", "max_age", "60 * 60 * 24"),
        ("cookie for all paths", "path", "'/'"),
        ("cookie that scripts do not see", "httponly", "True"),
        ("cookie with SameSite", "samesite", "'Lax'"),
        ("cookie that is Secure", "secure", "True"),
        ("cookie with an expiry", "expires", "'Fri, 31 Dec 2099 23:59:59 GMT'"),
    ):
        if calls:
            yield program.changed(kind, *((call, with_argument(call, name, value)) for call in calls))
    both = [call for call in calls if argument(call, "key", 0) is not None and argument(call, "value", 1) is not None]
    if both:
        code = program.module.code_for_node
        named = [
            (call, f"{code(call.func)}(value={_code(program, call, 'value', 1)}, key={_code(program, call, 'key', 0)})")
            for call in both
        ]
        yield program.changed("cookie by keywords", *((call, cst.parse_expression(text)) for call, text in named))
        twice = [(call, program.statement_of(call)) for call in both]
        yield program.changed(
            "cookie set twice", *((line, cst.FlattenSentinel([line, line])) for _, line in twice if line is not None)
        )


def _removed(program: Program) -> Iterator[Change]:
    code = program.module.code_for_node
    for call in program.calls("set_cookie"):
        if not _removes(program, call):
            continue
        name, receiver = _code(program, call, "key", 0), code(cst.ensure_type(call.func, cst.Attribute).value)
        for kind, text in (
            ("delete_cookie", f"{receiver}.delete_cookie({name})"),
            ("removed by expires", f"{receiver}.set_cookie({name}, '', expires=0)"),
            ("removed by an old date", f"{receiver}.set_cookie({name}, '', expires='Thu, 01 Jan 1970 00:00:00 GMT')"),
            ("removed by a negative age", f"{receiver}.set_cookie({name}, '', max_age=-1)"),
            ("removed with a value", f"{receiver}.set_cookie({name}, 'gone', max_age=0)"),
            ("removed with its path", f"{receiver}.set_cookie({name}, '', max_age=0, path='/')"),
        ):
            yield program.changed(kind, (call, cst.parse_expression(text)))
    for call in program.calls("delete_cookie"):
        name, receiver = _code(program, call, "key", 0), code(cst.ensure_type(call.func, cst.Attribute).value)
        yield program.changed(
            "max_age=0", (call, cst.parse_expression(f"{receiver}.set_cookie({name}, '', max_age=0)"))
        )


def _removes(program: Program, call: cst.Call) -> bool:
    age = argument(call, "max_age") or argument(call, "expires")
    return age is not None and program.module.code_for_node(age).strip() in {"0", "-1"}


def _code(program: Program, call: cst.Call, name: str, position: int) -> str:
    node = argument(call, name, position)
    return program.module.code_for_node(node) if node is not None else "''"


def _read(program: Program) -> Iterator[Change]:
    """Catch other errors, too; read the cookie in a line of its own."""
    handlers = [
        handler
        for each in program.all(cst.Try)
        for handler in each.handlers
        if isinstance(handler.type, cst.Name) and handler.type.value in {"KeyError", "Exception"}
    ]
    gap = cst.SimpleWhitespace(" ")
    for kind, caught in (
        ("except Exception", "Exception"),
        ("except several", "(KeyError, TypeError)"),
        ("except BadRequestKeyError", "__import__('werkzeug').exceptions.BadRequestKeyError"),
    ):
        if handlers:
            pairs = [
                (each, each.with_changes(type=cst.parse_expression(caught), whitespace_after_except=gap))
                for each in handlers
            ]
            yield program.changed(kind, *pairs)
    if handlers:
        bare = cst.SimpleWhitespace("")
        yield program.changed(
            "except without a name",
            *((each, each.with_changes(type=None, name=None, whitespace_after_except=bare)) for each in handlers),
        )
        done = cst.Finally(cst.IndentedBlock([statement("print('done')\n")]))
        yield program.changed(
            "with finally",
            *((each, each.with_changes(finalbody=done)) for each in program.all(cst.Try) if each.finalbody is None),
        )
    reads = [
        (each, program.statement_of(each))
        for each in program.all(cst.Subscript)
        if isinstance(each.value, cst.Attribute) and each.value.attr.value == "cookies"
    ]
    code = program.module.code_for_node
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
                lines_of.append((line, cst.FlattenSentinel([*before, line.deep_replace(each, cst.Name("found"))])))
        if lines_of:
            yield program.changed(kind, *lines_of)
