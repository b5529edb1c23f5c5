"""Docstrings that are shown to people, such as a check's title: there under ``python -OO``, too, which drops them."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def docstring(function: Callable[..., object]) -> str:
    """Return a function's docstring as it was written; ``""`` where it has none."""
    return inspect.cleandoc(function.__doc__ or _written(function))


def _written(function: Callable[..., object]) -> str:
    """Read it in the source, where ``-OO`` or ``PYTHONOPTIMIZE=2`` has dropped it."""
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, SyntaxError, ValueError):  # no source, or a lambda in the middle of a line
        return ""
    if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    return ast.get_docstring(definition) or ""
