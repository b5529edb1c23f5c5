"""Whether a student's code bears out the port that the app says it runs on."""

from __future__ import annotations

import ast
import operator
import re
from collections import Counter
from typing import TYPE_CHECKING

from grader.source.cookie_reads import called
from grader.source.python_code import binds, stands_at, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_NUMBER = re.compile(r"\d+")
_LONGEST_CONSTANT = 1_000
_RUN_BY = {"run", "run_simple", "make_server"}  # the host comes first, the port second
_HIGHEST = 1_000_000
_HIGHEST_POWER = 20
_OPERATORS: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_CALLS: Mapping[str, Callable[..., int | str]] = {"int": int, "str": str, "len": len, "ord": ord, "abs": abs}
_LONGEST_SETTINGS = 10_000


def bear_out(
    port: int, trees: Sequence[ast.Module], at: ast.Module | None, line: int | None, files: Mapping[str, bytes]
) -> bool:
    """Whether the files bear out that the app runs on a port, which the app's own process says.

    They do where the number is in one of them, or comes out of what is written there, or is worked out in a way that
    only running it shows; unless the call itself has another number.

    Parameters
    ----------
    trees
        The syntax trees of all Python files.
    at, line
        Where it says that it does; None where that is not in its own code.
    files
        All files: content by path.
    """
    values = _constants(trees)
    if at is not None and line is not None:
        calls = [node for node in walk(at) if isinstance(node, ast.Call) and stands_at(node, line)]
        written = [number for call in calls for number in _ports_of(call, values)]
        if not calls or (port not in written and any(number is not None for number in written)):
            return False
        if written:
            return True  # the number, or what nobody can tell without running it
    if any(_has_number(node, port, values) for tree in trees for node in walk(tree)):
        return True
    settings = (content for path, content in files.items() if not path.endswith(".py"))
    return any(str(port) in _NUMBER.findall(content[:_LONGEST_SETTINGS].decode("latin-1")) for content in settings)


def _constants(trees: Sequence[ast.Module]) -> dict[str, int | str]:
    """Return what the names stand for that are given a value once, in all files."""
    values: dict[str, int | str] = {}
    assigned: Counter[str] = Counter()
    for tree in trees:
        for node in walk(tree):
            assigned.update(binds(node))
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                value = _value(node.value, values)
                if value is not None:
                    values[node.targets[0].id] = value
    return {name: value for name, value in values.items() if assigned[name] == 1}


def _ports_of(call: ast.Call, values: Mapping[str, int | str]) -> Iterator[int | None]:
    """Yield what a call is given by the name of port; None for what only running it shows."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "port"]
    if not given and called(call) in _RUN_BY:
        if None in {keyword.arg for keyword in call.keywords} or ast.Starred in map(type, call.args):
            yield None
        given = call.args[1:2]
    for argument in given:
        value = _value(argument, values)
        yield from [None] if value is None else map(int, _NUMBER.findall(str(value)))


def _has_number(node: ast.AST, number: int, values: Mapping[str, int | str]) -> bool:
    """Whether a number stands here: as such, within a text, or as what comes out."""
    if isinstance(node, ast.Constant):
        return str(number) in _NUMBER.findall(str(node.value)[:_LONGEST_CONSTANT])
    return isinstance(node, (ast.BinOp, ast.Call)) and str(_value(node, values)) == str(number)


def _value(node: ast.expr, values: Mapping[str, int | str]) -> int | str | None:
    """Return the number or text that an expression comes to; None where that cannot be seen, or is a long one."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, (int, str)) else None
    if isinstance(node, ast.Name):
        return values.get(node.id)
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        given = [_value(argument, values) for argument in node.args]
        try:
            return _CALLS[name](*given) if name in _CALLS and None not in given and not node.keywords else None
        except (TypeError, ValueError):
            return None
    if isinstance(node, ast.BinOp):
        return _result(node.op, _value(node.left, values), _value(node.right, values))
    return None


def _result(sign: ast.operator, left: int | str | None, right: int | str | None) -> int | str | None:
    if isinstance(sign, ast.Add) and isinstance(left, str) and isinstance(right, str):
        return (left + right)[:_LONGEST_CONSTANT]
    if not isinstance(left, int) or not isinstance(right, int) or max(abs(left), abs(right)) > _HIGHEST:
        return None
    compute = _OPERATORS.get(type(sign))
    if compute is None or (isinstance(sign, (ast.Pow, ast.LShift)) and not 0 <= right < _HIGHEST_POWER):
        return None
    try:
        return compute(left, right)
    except (ZeroDivisionError, ValueError):
        return None
