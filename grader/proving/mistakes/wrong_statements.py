"""Statements that are left out, swapped, or stand in another block; signs and numbers that are others."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import libcst as cst

from grader.proving.program import Program, nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.proving.variant import Edit

_OPPOSITES: tuple[tuple[type[cst.BaseCompOp], type[cst.BaseCompOp]], ...] = (
    (cst.Equal, cst.NotEqual),
    (cst.LessThan, cst.GreaterThanEqual),
    (cst.GreaterThan, cst.LessThanEqual),
    (cst.In, cst.NotIn),
    (cst.Is, cst.IsNot),
)
_OPPOSITE = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}


def mistakes(program: Program) -> Iterator[Edit]:
    """Yield what can be wrong with the statements of a file, whatever it is about."""
    for block in program.blocks:
        yield from _left_out(program, block)
        yield from _swapped(program, block)
        yield from _elsewhere(program, block)
    yield from _numbers(program)
    yield from _conditions(program)
    yield from _formatted(program)


def _left_out(program: Program, block: Any) -> Iterator[Edit]:
    for line in block.body:
        if isinstance(line, cst.SimpleStatementLine):
            if not _is_docstring(line):
                yield program.changed("line left out", (line, nothing(line)))
        elif isinstance(line, (cst.If, cst.Try, cst.FunctionDef, cst.With, cst.For)):
            yield program.changed("block left out", (line, nothing(line)))


def _swapped(program: Program, block: Any) -> Iterator[Edit]:
    body = list(block.body)
    for place in range(len(body) - 1):
        functions = all(isinstance(node, cst.FunctionDef) for node in body[place : place + 2])
        if _is_docstring(body[place]) or (functions and block is program.module):
            continue
        other = [*body[:place], body[place + 1], body[place], *body[place + 2 :]]
        yield program.body("lines swapped", block, *other)


def _elsewhere(program: Program, block: Any) -> Iterator[Edit]:
    """Indent a line into the block above it; take one out of its block."""
    body = list(block.body)
    for place, (above, line) in enumerate(pairwise(body), start=1):
        last = _last_block(above)
        if last is not None and not isinstance(line, cst.FunctionDef):
            deeper = above.deep_replace(last, last.with_changes(body=[*last.body, line]))
            other = [*body[: place - 1], deeper, *body[place + 1 :]]
            yield program.body("line indented into the block above", block, *other)
    for place, node in enumerate(body):
        last = _last_block(node)
        if last is not None and len(last.body) > 1:
            out = node.deep_replace(last, last.with_changes(body=last.body[:-1]))
            other = [*body[:place], out, last.body[-1], *body[place + 1 :]]
            yield program.body("line out of its block", block, *other)


def _last_block(node: Any) -> cst.IndentedBlock | None:
    """Return the block that a further line below a compound statement would belong to."""
    if isinstance(node, cst.Try):
        node = node.finalbody or node.orelse or (node.handlers[-1] if node.handlers else node)
    if isinstance(node, cst.If) and node.orelse is not None:
        node = node.orelse
    body = getattr(node, "body", None)
    return body if isinstance(body, cst.IndentedBlock) else None


def _numbers(program: Program) -> Iterator[Edit]:
    for number in program.all(cst.Integer):
        for other in {number.evaluated_value + 1, number.evaluated_value + 10} - {number.evaluated_value}:
            yield program.changed("number changed", (number, str(other)))
    for sum_ in program.all(cst.BinaryOperation):
        if isinstance(sum_.operator, cst.Add):
            yield program.changed("sum turned round", (sum_, sum_.with_changes(operator=cst.Subtract())))
            yield program.changed("half of a sum", (sum_, sum_.left))


def _conditions(program: Program) -> Iterator[Edit]:
    for target in program.all(cst.ComparisonTarget):
        opposite = _OPPOSITE.get(type(target.operator))
        if opposite is not None:
            yield program.changed("comparison turned round", (target.operator, opposite()))
    for choice in program.all(cst.If):
        if not isinstance(choice.test, cst.Comparison):
            code = f"not ({program.code(choice.test)})"
            yield program.changed("condition turned round", (choice.test, code))


def _formatted(program: Program) -> Iterator[Edit]:
    for text in program.all(cst.FormattedString):
        code = program.code(text)
        if not isinstance(text.start, str) or not code.lower().startswith("f"):
            continue
        yield program.changed("f left out", (text, code[1:]))
        for part in text.parts:
            if isinstance(part, cst.FormattedStringExpression):
                rest = [each for each in text.parts if each is not part]
                yield program.changed("value left out of a text", (text, text.with_changes(parts=rest)))
                fixed = cst.FormattedStringText("value")
                yield program.changed("fixed text in place of a value", (part, fixed))


def _is_docstring(line: Any) -> bool:
    return (
        isinstance(line, cst.SimpleStatementLine)
        and isinstance(line.body[0], cst.Expr)
        and isinstance(line.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )
