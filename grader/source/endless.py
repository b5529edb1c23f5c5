"""How long a line of a program surely keeps whoever has come to it: for ever in a loop that nothing ends.

Only what the text proves counts, and that is little: loops that do no more than print, sleep and count, and change
nothing of what they ask for.  Who is seen in such a loop does not come out of it, however long is waited; where
something else might end it (a signal, another thread), nothing is proven.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from typing import TYPE_CHECKING, Any, TypeGuard

from grader.source.python_code import SCOPES, binds, parse, stands_at, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_INTERFERES = re.compile(
    rb"signal|alarm|thread|process|fork|concurrent|async|event|greenlet|ctypes|settrace|setprofile"
)
_LONGEST = 100_000
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_LOOPS = (ast.While, ast.For, ast.AsyncFor)


class Endurance:
    """How long the lines of a hand-in's files (content by path) take, as far as their text proves it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._known: dict[tuple[str, int], float] = {}

    def of(self, file: str, line: int) -> float:
        """Return for how many seconds a program that is at a line surely stays there; 0 where nothing is proven."""
        if (file, line) not in self._known:
            content = self._files.get(file, b"")
            is_plain = len(content) < _LONGEST and not any(map(_INTERFERES.search, map(bytes.lower, self._python)))
            tree = parse(content) if is_plain else None
            self._known[file, line] = _keeps_for(tree, line) if tree else 0.0
        return self._known[file, line]

    @property
    def _python(self) -> Iterator[bytes]:
        return (content for file, content in self._files.items() if file.endswith(".py"))


def _keeps_for(tree: ast.Module, line: int) -> float:
    program = _Program(tree)
    around = [node for node in walk(tree) if isinstance(node, ast.stmt) and stands_at(node, line)]
    while scopes := [node for node in around if isinstance(node, SCOPES)]:
        around = around[around.index(scopes[0]) + 1 :]
    if any(isinstance(node, ast.While) and program.never_ends(node, line) for node in around):
        return math.inf
    here = [node for node in around if not any(_blocks(node))]
    return program.sleeps(here[0]) if len(here) == 1 and isinstance(here[0], ast.Expr) else 0.0


class _Program:
    """One file, and which names in it mean what they always do."""

    def __init__(self, tree: ast.Module) -> None:
        self._before: dict[ast.stmt, tuple[ast.AST, Sequence[ast.stmt]]] = {}
        self._shared: set[str] = set()
        given: dict[str, list[ast.AST]] = {}
        for node in walk(tree):
            for block in _blocks(node):
                self._before.update((each, (node, block[:number])) for number, each in enumerate(block))
            for name in binds(node):
                given.setdefault(name, []).append(node)
            if isinstance(node, (ast.Global, ast.Nonlocal)):
                self._shared.update(node.names)
        self._prints = set() if "print" in given else {"print"}
        self._sleeps = {
            call
            for call, name, kind in (("time.sleep", "time", ast.Import), ("sleep", "sleep", ast.ImportFrom))
            if name in given and all(isinstance(node, kind) and _is_of_time(node) for node in given[name])
        }

    def never_ends(self, loop: ast.While, line: int) -> bool:
        """Whether nothing ends a loop once a program has come to a line of it."""
        if not loop.lineno <= line <= (loop.body[-1].end_lineno or 0):
            return False
        known = self._known_before(loop)
        changed = {name for node in walk(loop) for name in binds(node)}
        asked = _value(loop.test, {name: known[name] for name in known.keys() - changed})
        return bool(asked) and all(self._goes_on(statement, known) for statement in loop.body)

    def sleeps(self, statement: ast.Expr) -> float:
        """Return how long a statement sleeps that does nothing else; 0 where it does, or one cannot tell."""
        arguments = _arguments(statement, self._sleeps)
        seconds = _value(arguments[0], {}) if arguments and len(arguments) == 1 else None
        return float(seconds) if _is_number(seconds) and seconds >= 0 else 0.0

    def _goes_on(self, statement: ast.stmt, known: Mapping[str, object]) -> bool:
        """Whether a program surely comes to the end of a statement, and not out of the loop around it."""
        if isinstance(statement, ast.Expr):
            printed = _arguments(statement, self._prints)
            if printed is not None:
                return all(_value(each, known) is not None for each in printed)
            return isinstance(statement.value, ast.Constant) or self.sleeps(statement) > 0
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.BinOp):
            value = statement.value
            is_step = [ast.unparse(value.left)] == [ast.unparse(target) for target in statement.targets]
            return is_step and _counts(value.left, value.op, value.right, known)
        if isinstance(statement, ast.AugAssign):
            return _counts(statement.target, statement.op, statement.value, known)
        return isinstance(statement, (ast.Pass, ast.Continue))

    def _known_before(self, statement: ast.stmt) -> dict[str, object]:
        """Return what names stand for where a statement begins, as far as the text shows it."""
        around, before = self._before[statement]
        is_part = isinstance(around, ast.stmt) and not isinstance(around, (*SCOPES, *_LOOPS))
        known = self._known_before(around) if is_part and isinstance(around, ast.stmt) else {}
        for each in before:
            for name in {name for part in walk(each) for name in binds(part)}:
                known.pop(name, None)
            if isinstance(each, ast.Assign) and len(each.targets) == 1 and isinstance(each.targets[0], ast.Name):
                known[each.targets[0].id] = _value(each.value, {})
        return {name: value for name, value in known.items() if value is not None and name not in self._shared}


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _is_of_time(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether a name is given as ``import time`` or ``from time import sleep`` does it."""
    is_module = isinstance(node, ast.Import) or node.module == "time"
    return is_module and all(alias.asname is None for alias in node.names)


def _arguments(statement: ast.Expr, functions: set[str]) -> list[ast.expr] | None:
    """Return what one of these functions is called with; None where a statement is no such call."""
    call = statement.value
    is_such = isinstance(call, ast.Call) and not call.keywords and ast.unparse(call.func) in functions
    return call.args if isinstance(call, ast.Call) and is_such else None


def _counts(target: ast.expr, by: ast.operator, step: ast.expr, known: Mapping[str, object]) -> bool:
    is_plain = isinstance(by, (ast.Add, ast.Sub)) and _is_number(_value(step, {}))
    return is_plain and isinstance(target, ast.Name) and _is_number(known.get(target.id))


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float))


def _value(node: ast.expr, known: Mapping[str, object]) -> object:
    """Return what an expression comes to; None where that is not plain."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        value = _value(node.operand, known)
        return None if value is None else not value
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = _value(node.left, known), _value(node.comparators[0], known)
        compare = _COMPARED.get(type(node.ops[0]))
        is_plain = (_is_number(left) and _is_number(right)) or (isinstance(left, str) and isinstance(right, str))
        return compare(left, right) if compare and is_plain else None
    return None
