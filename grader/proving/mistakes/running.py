"""The app itself: made twice, not run, run too early, on another port or host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from grader.proving.program import Program, argument, name_called, statement, with_argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.proving.variant import Change


def mistakes(program: Program) -> Iterator[Change]:
    """Yield what can be wrong with how a file makes and runs its app."""
    for call in program.calls("run"):
        if isinstance(call.func, cst.Attribute):
            yield from _port_and_host(program, call)
            yield from _call(program, call)
    yield from _guard(program)
    yield from _app(program)
    yield from _imports(program)


def _port_and_host(program: Program, call: cst.Call) -> Iterator[Change]:
    port = argument(call, "port", 1)
    if isinstance(port, cst.Integer):
        for number in (port.evaluated_value + 1, int(f"{port.evaluated_value}0"), 8080, 5000):
            if number != port.evaluated_value:
                yield program.changed("port changed", (call, with_argument(call, "port", str(number), 1)))
        yield program.changed("port left out", (call, with_argument(call, "port", None, 1)))
    for host in ("'0.0.0'", "'localhost:88'", "'0.0.0.0.0'", "88"):
        yield program.changed("host that is none", (call, with_argument(call, "host", host, 0)))


def _call(program: Program, call: cst.Call) -> Iterator[Change]:
    yield program.changed("run without parentheses", (call, call.func))
    app = cst.ensure_type(call.func, cst.Attribute)
    yield program.changed("run misspelt", (call, call.with_changes(func=app.with_changes(attr=cst.Name("runs")))))
    misspelt = with_argument(call, "prot", "88")
    yield program.changed("option that run does not know", (call, misspelt))
    line = program.statement_of(call)
    top = next((each for each in program.module.body if line is not None and _holds(program, each, line)), None)
    if line is None or top is None:
        return
    rest = [each for each in program.module.body if each is not top]
    yield program.changed("never run", (program.module, program.module.with_changes(body=rest)))
    making = next((number for number, each in enumerate(rest) if "Flask(" in program.module.code_for_node(each)), None)
    if making is not None:
        early = [*rest[: making + 1], line, *rest[making + 1 :]]
        yield program.changed("run before its routes", (program.module, program.module.with_changes(body=early)))
    last = program.views[-1].block if program.views else None
    if last is not None:
        inside = program.module.with_changes(body=rest).deep_replace(last, last.with_changes(body=[*last.body, line]))
        yield program.as_text("run inside of a view", cst.ensure_type(inside, cst.Module).code)


def _holds(program: Program, node: cst.CSTNode, line: cst.SimpleStatementLine) -> bool:
    return node is line or any(each is line for each in program.all(cst.SimpleStatementLine, node))


def _guard(program: Program) -> Iterator[Change]:
    for node in program.module.body:
        if isinstance(node, cst.If) and "__name__" in program.module.code_for_node(node.test):
            for test in ("__name__ == 'main'", "__name__ == '__app__'", "'__name__' == '__main__'"):
                yield program.changed("guard misspelt", (node.test, cst.parse_expression(test)))


def _app(program: Program) -> Iterator[Change]:
    body = list(program.module.body)
    for number, node in enumerate(body):
        calls = [call for call in program.all(cst.Call, node) if name_called(call) == "Flask"]
        if not calls or not isinstance(node, cst.SimpleStatementLine):
            continue
        after = max((place for place, each in enumerate(body) if isinstance(each, cst.FunctionDef)), default=number)
        twice = [*body[: after + 1], node, *body[after + 1 :]]
        yield program.changed("app made twice", (program.module, program.module.with_changes(body=twice)))
        late = [*body[:number], *body[number + 1 : after + 1], node, *body[after + 1 :]]
        yield program.changed("app made after its routes", (program.module, program.module.with_changes(body=late)))
        yield program.changed("app made without a name", (calls[0], calls[0].with_changes(args=[])))
        yield program.changed("app not called", (calls[0], calls[0].func))


def _imports(program: Program) -> Iterator[Change]:
    for node in program.all(cst.ImportFrom):
        if isinstance(node.names, cst.ImportStar):
            continue
        for alias in node.names:
            rest = [each for each in node.names if each is not alias]
            if rest:
                last = rest[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
                yield program.changed("import left out", (node, node.with_changes(names=[*rest[:-1], last])))
            other = alias.with_changes(name=cst.Name(f"{_name(alias)}s"))
            yield program.changed("import misspelt", (alias, other))
        line = program.statement_of(node)
        if line is not None:
            yield program.changed("import left out", (line, _pass(line)))


def _name(alias: cst.ImportAlias) -> str:
    return alias.name.value if isinstance(alias.name, cst.Name) else "name"


def _pass(line: cst.SimpleStatementLine) -> Any:
    return statement("pass\n").with_changes(leading_lines=line.leading_lines)
