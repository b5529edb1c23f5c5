"""Python code as syntax trees."""

from __future__ import annotations

import ast
import threading
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SOURCE = 1_000_000
"""Bytes of a hand-in's code that are looked at; a syntax tree takes hundreds of times as much."""
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

_one_at_a_time = threading.Lock()


def parse(source: str | bytes) -> ast.Module | None:
    """Return the syntax tree of some code; None where it is no Python, or more than Python can parse.

    Python 3.11 and 3.12 count how deep they are in all threads together, and now and then are surprised at the result
    (https://github.com/python/cpython/issues/106905): so one thread parses at a time.
    """
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's own words on a student's code: those the app's run shows
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield a node, then all that is below it, level by level; whoever changes a node does so before it goes on.

    Like `ast.walk` in half the time, and without the nodes that say what a name is used for (``Load``, ``Store``).
    """
    found = [tree]
    for node in found:
        yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                found += [part for part in value if isinstance(part, ast.AST)]
            elif isinstance(value, ast.AST) and name != "ctx":
                found.append(value)


def stands_at(node: ast.expr | ast.stmt, line: int) -> bool:
    """Whether a line is one of a node's."""
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def binds(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node gives a meaning to, or takes it from."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, (*SCOPES, ast.ExceptHandler)) and node.name:
        yield node.name
