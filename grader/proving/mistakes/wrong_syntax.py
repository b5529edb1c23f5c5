"""Slips of the hand that leave a file which is no Python any more, or says something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.proving.program import Program
    from grader.proving.variant import Edit


def mistakes(program: Program) -> Iterator[Edit]:
    """Yield slips in a file, each kind at a few places."""
    lines = program.text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        for kind, other in _slips(line):
            yield program.as_text(kind, "".join([*lines[:number], other, *lines[number + 1 :]]))
    yield from _names(program)


def _slips(line: str) -> Iterator[tuple[str, str]]:
    code = line.rstrip()
    end = line[len(code) :]
    if re.match(r"\s*(def|try|except|if)\b.*:$", code):
        yield "colon missing", code[:-1] + end
    if code.endswith(")") and re.match(r"\s*(return|\w+\s*=|@|app)", code):
        yield "parenthesis not closed", code[:-1] + end
    if re.match(r"\s+return\b", code):
        yield "indented too far", f"  {line}"
        yield "not indented", line.lstrip()
        yield "Return with a capital", line.replace("return", "Return", 1)
    if re.match(r"def\b", code):
        yield "def misspelt", line.replace("def", "define", 1)
    if (quote := re.search(r"([\"'])[^\"'{}]+\1\)?$", code)) and not code.lstrip().startswith(("#", '"""')):
        place = quote.end() - (2 if code.endswith(")") else 1)
        yield "quote missing", code[:place] + code[place + 1 :] + end


def _names(program: Program) -> Iterator[Edit]:
    """Misspell a name where it is used first in a function: Python notices when it comes there."""
    for view in program.views:
        for name in {each.value: each for each in program.all(cst.Name, view.function.body)}.values():
            yield program.changed("name misspelt", (name, f"{name.value}x"))
