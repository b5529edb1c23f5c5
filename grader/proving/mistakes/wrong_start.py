"""The app itself: made twice, not run, run too early, on another port or host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from grader.proving.program import Program, argument, name_called, nothing, without

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.proving.variant import Edit


def mistakes(program: Program) -> Iterator[Edit]:
    """Yield what can be wrong with how a file makes and runs its app."""
    for call, run in program.runs:
        yield from _port_and_host(program, call)
        yield from _call(program, call, run)
    for guard in program.guards:
        for test in ("__name__ == 'main'", "__name__ == '__app__'", "'__name__' == '__main__'"):
            yield program.changed("guard misspelt", (guard.test, test))
    yield from _app(program)
    yield from _imports(program)


def _port_and_host(program: Program, call: cst.Call) -> Iterator[Edit]:
    port = argument(call, "port", 1)
    if isinstance(port, cst.Integer):
        for number in (port.evaluated_value + 1, int(f"{port.evaluated_value}0"), 8080, 5000):
            if number != port.evaluated_value:
                yield program.given("port changed", call, "port", str(number), 1)
        yield program.given("port left out", call, "port", None, 1)
    for host in ("'0.0.0'", "'localhost:88'", "'0.0.0.0.0'", "88"):
        yield program.given("host that is none", call, "host", host, 0)


def _call(program: Program, call: cst.Call, run: cst.Attribute) -> Iterator[Edit]:
    yield program.changed("run without parentheses", (call, run))
    yield program.changed("run misspelt", (run.attr, "runs"))
    yield program.given("option that run does not know", call, "prot", "88")
    module, line = program.module, program.statement_of(call)
    top = next((each for each in module.body if line is not None and _holds(program, each, line)), None)
    if line is None or top is None:
        return
    rest = [each for each in module.body if each is not top]
    yield program.body("never run", module, *rest)
    making = next((number for number, each in enumerate(rest) if "Flask(" in program.code(each)), None)
    if making is not None:
        yield program.body("run before its routes", module, *rest[: making + 1], line, *rest[making + 1 :])
    last = program.views[-1].block if program.views else None
    if last is not None:
        inside = module.with_changes(body=rest).deep_replace(last, last.with_changes(body=[*last.body, line]))
        yield program.as_text("run inside of a view", cst.ensure_type(inside, cst.Module).code)


def _holds(program: Program, node: cst.CSTNode, line: cst.SimpleStatementLine) -> bool:
    return node is line or any(each is line for each in program.all(cst.SimpleStatementLine, node))


def _app(program: Program) -> Iterator[Edit]:
    body = list(program.module.body)
    for number, node in enumerate(body):
        calls = [call for call in program.all(cst.Call, node) if name_called(call) == "Flask"]
        if not calls or not isinstance(node, cst.SimpleStatementLine):
            continue
        after = max((place for place, each in enumerate(body) if isinstance(each, cst.FunctionDef)), default=number)
        yield program.body("app made twice", program.module, *body[: after + 1], node, *body[after + 1 :])
        late = [*body[:number], *body[number + 1 : after + 1], node, *body[after + 1 :]]
        yield program.body("app made after its routes", program.module, *late)
        yield program.changed("app made without a name", (calls[0], calls[0].with_changes(args=[])))
        yield program.changed("app not called", (calls[0], calls[0].func))


def _imports(program: Program) -> Iterator[Edit]:
    for node in program.all(cst.ImportFrom):
        if isinstance(node.names, cst.ImportStar):
            continue
        for alias in node.names:
            if len(node.names) > 1:
                rest = node.with_changes(names=without(node.names, alias))
                yield program.changed("import left out", (node, rest))
            yield program.changed("import misspelt", (alias.name, f"{alias.name.value}s"))
        line = program.statement_of(node)
        if line is not None:
            yield program.changed("import left out", (line, nothing(line)))
