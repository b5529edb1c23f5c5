"""Routes and views: renamed, without their decorator, for other methods, without an answer."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import libcst as cst

from grader.proving.program import Program, View, name_called, statement, text_of, with_argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.proving.variant import Edit


def mistakes(program: Program) -> Iterator[Edit]:
    """Yield what can be wrong with the routes and answers of a file."""
    for view in program.views:
        yield from _path(program, view)
        yield from _decorator(program, view)
        yield from _answer(program, view)
    yield from _names(program)


def _path(program: Program, view: View) -> Iterator[Edit]:
    path = text_of(view.path)
    if path is None or view.path is None:
        return
    others = {
        "route renamed": f"{path}s" if len(path) > 1 else "/home",
        "route misspelt": f"{path[:-2]}{path[:-3:-1]}",
        "route's case changed": path.swapcase() if path.islower() else path.lower(),
        "route with an underscore": "".join(f"_{each.lower()}" if each.isupper() else each for each in path),
        "route without its slash": path.removeprefix("/"),
        "route below a prefix": f"/app{path}",
        "route with a blank": f"{path} ",
    }
    for kind, other in others.items():
        if other not in {path, f"{path}/"}:
            yield program.changed(kind, (view.path, repr(other)))


def _decorator(program: Program, view: View) -> Iterator[Edit]:
    rest = [each for each in view.function.decorators if each is not view.decorator]
    yield program.changed("decorator dropped", (view.function, view.function.with_changes(decorators=rest)))
    yield program.changed("decorator without parentheses", (view.call, view.call.func))
    if name_called(view.call) in {"route", "get"}:
        for methods in ("['POST']", "['PUT', 'DELETE']"):
            yield program.changed(
                "method changed", (view.call, with_argument(view.called("route"), "methods", methods))
            )


def _answer(program: Program, view: View) -> Iterator[Edit]:
    for returned in program.all(cst.Return, view.function):
        if returned.value is None:
            continue
        yield program.changed("return dropped", (returned, cst.Expr(returned.value)))
        printed = statement(f"print({program.code(returned.value)})").body[0]
        yield program.changed("print in place of return", (returned, printed))
        yield program.changed("returns nothing", (returned, cst.Return()))
        yield program.changed("returns an empty text", (returned.value, "''"))
        yield program.changed("returns a number", (returned.value, "1"))
        if isinstance(returned.value, cst.Name):
            yield program.changed("returns its name as text", (returned.value, repr(returned.value.value)))
            yield program.changed("calls what it returns", (returned.value, cst.Call(returned.value)))
    if view.block is not None:
        first, *others = view.block.body
        if others:
            yield program.body("returns too early", view.block, first, statement("return 'OK'"), *others)


def _names(program: Program) -> Iterator[Edit]:
    """Two views of one name: Flask refuses the second."""
    for view, other in pairwise(program.views):
        same = other.function.with_changes(name=view.function.name)
        if view.function.name.value != other.function.name.value:
            yield program.changed("two views of one name", (other.function, same))
        if view.path is not None and other.path is not None and text_of(view.path) != text_of(other.path):
            yield program.changed("two views on one route", (other.path, view.path.deep_clone()))
