"""Python code as a syntax tree."""

from __future__ import annotations

import ast
import threading

_one_at_a_time = threading.Lock()


def parse(source: str | bytes) -> ast.Module | None:
    """Return the syntax tree of some code; None where it is no Python, or more than Python can parse.

    Python 3.11 and 3.12 count how deep they are in all threads together, and now and then are surprised at the result
    (https://github.com/python/cpython/issues/106905): so one thread parses at a time.
    """
    with _one_at_a_time:
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
