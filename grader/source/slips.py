"""Slips of beginners in a function, as far as its code shows them: None, names within quotes, a missing return."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from grader.source.cookie_reads import Function, called, first_text
from grader.source.python_code import SCOPES, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


_MAKE_PAGES = {"abort", "jsonify", "make_response", "redirect", "render_template", "render_template_string", "str"}

_ONLY_SAY = {"print", "debug", "info", "warning", "error", "exception", "flash"}


@dataclass(frozen=True)
class Slip:
    """A line with a slip in it.

    Parameters
    ----------
    name
        The variable or cookie that it is about.
    needs_f
        Whether it stands in braces, in a text that lacks its f.
    """

    line: int
    name: str
    needs_f: bool = False


# Other libraries' ways to a cookie, and slips on Flask's: a pattern, and Flask's own way.
_READ_OTHERWISE = (
    (re.compile(r"\brequest\.(?:cookie|COOKIES?|Cookies?)\b(?=[\[.])"), "request.cookies"),
    (re.compile(r"\brequest\.(?:get_?[cC]ookies?|cookies?)\((['\"]\w+['\"]|\w+)\)"), r"request.cookies[\1]"),
    (re.compile(r"\brequest\.cookies\.get\[([^\[\]]+)\]"), r"request.cookies.get(\1)"),
    (re.compile(r"\brequest\.cookies\.([a-z]+[A-Z]\w*)\b(?!\()"), r"request.cookies['\1']"),
    (re.compile(r"(\brequest\.cookies(?:\[[^\[\]]+\]|\.get\([^()]+\)))\.value\b(?!\()"), r"\1"),
)


def reading_mended(text: str) -> str:
    """Return a line of code with Flask's way to a cookie in the place of another library's, or of a slip."""
    if re.search(r"\{[{%]", text):
        return text  # Jinja reads cookies in ways of its own
    for otherwise, now in _READ_OTHERWISE:
        text = otherwise.sub(now, text)
    return text


def gets_a_cookie(function: Function) -> Slip | None:
    """Return where a function reads a cookie with ``.get("…")``, which gives None for one that is not there."""
    for node in walk(function):
        if isinstance(node, ast.Call) and called(node) == "get" and len(node.args) == 1 and not node.keywords:
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if isinstance(owner, ast.Attribute) and owner.attr == "cookies":
                return Slip(node.lineno, first_text(node) or "")
    return None


def catches_key_errors_only(function: Function) -> bool:
    """Whether a function has a ``try``, and none that catches more than a missing key."""
    handlers = [node for node in walk(function) if isinstance(node, ast.ExceptHandler)]
    names = {name.id for each in handlers if each.type for name in walk(each.type) if isinstance(name, ast.Name)}
    return bool(handlers) and all(each.type for each in handlers) and names <= {"KeyError", "BadRequestKeyError"}


def except_that_goes_on(function: Function) -> int | None:
    """Return the last line of an ``except`` that only prints or does nothing, so that what follows it is run."""
    for node in walk(function):
        if isinstance(node, ast.ExceptHandler) and all(_does_nothing(each) for each in node.body):
            return node.body[-1].lineno
    return None


def _does_nothing(statement: ast.stmt) -> bool:
    prints = isinstance(statement, ast.Expr) and (
        isinstance(statement.value, ast.Constant)
        or (isinstance(statement.value, ast.Call) and called(statement.value) in _ONLY_SAY)
    )
    return prints or isinstance(statement, ast.Pass)


def none_that_stays(function: Function) -> Slip | None:
    """Return the variable that is given None and never anything else."""
    given: dict[str, list[ast.Assign]] = {}
    for node in walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            given.setdefault(node.targets[0].id, []).append(node)
    for name, assignments in given.items():
        value = assignments[0].value
        if len(assignments) == 1 and isinstance(value, ast.Constant) and value.value is None:
            return Slip(assignments[0].lineno, name)
    return None


def returns_nothing(function: Function) -> bool:
    """Whether a function has no ``return`` with something behind it."""
    if isinstance(function, ast.Lambda):
        return False
    return not any(isinstance(node, (ast.Return, ast.Yield)) and node.value is not None for node in _own(function))


def always_returns_a_page(function: Function) -> int | None:
    """Return the line in which a function returns a page, whatever happens before; None where it may not."""
    for statement in [] if isinstance(function, ast.Lambda) else function.body:
        if isinstance(statement, ast.Return):
            return statement.lineno if _is_a_page(statement.value) else None
    return None


def _is_a_page(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return called(value) in _MAKE_PAGES
    return isinstance(value, (ast.JoinedStr, ast.BinOp)) or (
        isinstance(value, ast.Constant) and isinstance(value.value, str)
    )


def names_within_quotes(function: Function) -> Iterator[Slip]:
    """Yield the texts that hold a variable's name where its value was meant: ``"{value}"`` without f, ``"+ value"``."""
    names = {node.id for node in walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if not isinstance(function, ast.Lambda):
        names |= {argument.arg for argument in function.args.args}
    pieces = {id(part) for node in walk(function) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in walk(function):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in pieces:
            continue
        for name in sorted(names):
            if re.search(rf"\{{\s*{re.escape(name)}\s*\}}", node.value):
                yield Slip(node.lineno, name, needs_f=True)
            elif re.search(rf"(^|[+<:]\s*){re.escape(name)}\W*$", node.value):
                yield Slip(node.lineno, name)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a function, without those of the functions inside of it."""
    parts = list(ast.iter_child_nodes(function))
    for part in parts:
        if not isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield part
            parts += ast.iter_child_nodes(part)


def return_in_a_finally(function: Function | None) -> int | None:
    """Return the line of a ``return`` that stands in a ``finally``, and takes the place of every other one."""
    tries = (node for node in walk(function or ast.Module([], [])) if isinstance(node, ast.Try))
    inside = (each for node in tries for part in node.finalbody for each in walk(part))
    return next((each.lineno for each in inside if isinstance(each, ast.Return)), None)


def for_post_only(function: Function | None, line: int) -> int | None:
    """Return the line of an ``if request.method == "POST"`` that keeps visits from a line; None where none does."""
    for node in walk(function or ast.Module([], [])):
        if isinstance(node, ast.If) and node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0):
            test = ast.unparse(node.test)
            if re.fullmatch(r"\w+\.method == ['\"]POST['\"]", test, re.IGNORECASE):
                return node.lineno
    return None


def text_not_returned(function: Function | None) -> str | None:
    """Return what to do about a text that a function makes and does not return, in a line of its own."""
    bodies = (body for node in walk(function or ast.Module([], [])) for body in _bodies(node))
    for before, statement in (pair for body in bodies for pair in pairwise([None, *body])):
        if not (
            isinstance(statement, ast.Expr) and isinstance(statement.value, (ast.BinOp, ast.JoinedStr, ast.Constant))
        ):
            continue
        if isinstance(before, ast.Return) and before.value is None:
            return f"Line {before.lineno} returns nothing. Put the text of line {statement.lineno} into it."
        if not isinstance(statement.value, ast.Constant):
            return f"Line {statement.lineno} makes the text. Write `return` before it."
    return None


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        if isinstance(part := getattr(node, name, None), list):
            yield part


def another_meaning(tree: ast.Module | None, names: Collection[str]) -> str | None:
    """Return what to do about one of these names that a file gives a second meaning, or one of Python's own a new one.

    Only what stands at the left edge counts: a name within a function is another one.
    """
    known: dict[str, object] = dict.fromkeys(dir(builtins), "Python's own")
    for statement in tree.body if tree else ():
        for name, meaning in _meanings(statement):
            before = known.setdefault(name, meaning)
            if name not in names or before == meaning:
                continue
            if meaning == "a function":
                return f"Line {statement.lineno} has a function called {name}, too. Give it another name."
            return f"In line {statement.lineno}, {name} is something else. Take another name there."
    return None


def _meanings(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield the names that a statement gives a meaning to, each with its meaning in a word."""
    if isinstance(statement, SCOPES):
        yield statement.name, "a function"
    elif isinstance(statement, ast.Assign):
        yield from ((target.id, "a variable") for target in statement.targets if isinstance(target, ast.Name))
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        module = getattr(statement, "module", None)
        yield from ((alias.asname or alias.name, f"{module} {alias.name}") for alias in statement.names)
