"""The solution written in other right ways, each of which has to keep all points."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from grader.proving.program import Program
from grader.proving.rewrites import other_answers, other_packing, other_pages, other_structure, other_style
from grader.source.python_code import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.proving.variant import Edit


def rewrites(files: Mapping[str, bytes], app: str) -> Iterator[Edit]:
    """Yield the solution in every other way that is known; a way that does not fit it is left out."""
    program = Program(app, files[app])
    families = (
        *(family.rewrites(program) for family in (other_style, other_structure, other_answers)),
        other_pages.rewrites(files, program),
        other_packing.rewrites(files, app, program),
    )
    yield from filter(_is_python, chain(*families))


def _is_python(change: Edit) -> bool:
    """Whether this Python reads the files: before 3.12, no f-string had its own quotes in it."""
    return all(parse(content) for path, content in change.files.items() if content and path.endswith(".py"))
