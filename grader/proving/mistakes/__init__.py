"""What students get wrong, made on purpose: each yields the solution with one mistake in it, many times.

A mistake that changes nothing of what the app does is told by `grader.proving.trying`, not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from grader.proving.mistakes import (
    wrong_cookies,
    wrong_pages,
    wrong_routes,
    wrong_start,
    wrong_statements,
    wrong_syntax,
    wrong_words,
)
from grader.proving.program import Program

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from random import Random

    from grader.proving.variant import Edit

_IN_PYTHON = (wrong_routes, wrong_cookies, wrong_start, wrong_statements, wrong_syntax)


def mistakes(files: Mapping[str, bytes], app: str, wordings: Collection[str], dice: Random) -> Iterator[Edit]:
    """Yield every mistake that is known for a solution.

    `wordings` are the words that its pages have to display; `dice` decides what is arbitrary.
    """
    for path in sorted(files, key=lambda path: path != app):
        if not path.endswith(".py"):
            continue
        try:
            program = Program(path, files[path])
        except (cst.ParserSyntaxError, UnicodeDecodeError, LookupError):  # left over, and in nobody's way
            continue
        for family in _IN_PYTHON:
            yield from family.mistakes(program)
    yield from wrong_pages.mistakes(files, app)
    yield from wrong_words.mistakes(files, wordings, dice)
