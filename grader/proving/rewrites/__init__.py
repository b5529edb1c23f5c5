"""The solution written in other right ways, each of which has to keep all points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.proving.program import Program
from grader.proving.rewrites import answers, packing, pages, structure, style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.proving.variant import Change


def rewrites(files: Mapping[str, bytes], app: str) -> Iterator[Change]:
    """Yield the solution in every other way that is known; a way that does not fit it is left out."""
    program = Program(app, files[app])
    for family in (style, structure, answers):
        yield from family.rewrites(program)
    yield from pages.rewrites(files, program)
    yield from packing.rewrites(files, app, program)
