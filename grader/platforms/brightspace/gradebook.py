"""Brightspace: ``OrgDefinedId`` and/or ``Username``, ``<Item> Points Grade``, ``End-of-Line Indicator`` with ``#``.

Source: D2L's documentation (lms.md); ``<Numeric MaxPoints:100 …>`` after an item is from memory.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.platforms.gradebooks.gradebook import Column, Gradebook
from grader.platforms.gradebooks.matching import Key
from grader.platforms.gradebooks.points import read_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from grader.platforms.gradebooks.table import GradebookTable

_STUDENTS = ("OrgDefinedId", "Username", "Last Name", "First Name", "Email")
_ITEM = re.compile(r"(?P<title>.*\S)\s+Points Grade\s*(?P<about><.*>)?\s*", re.DOTALL | re.IGNORECASE)
_MAXIMUM = re.compile(r"MaxPoints:\s*([0-9]+(?:[.,][0-9]+)?)", re.IGNORECASE)
_END = "End-of-Line Indicator"


class BrightspaceGradebook(Gradebook):
    """What Brightspace exports from its grades."""

    platform = "Brightspace"
    file = "brightspace.csv"

    @classmethod
    def wrote(cls, table: GradebookTable) -> bool:
        """Whether Brightspace writes such a file."""
        return table.find(_END, "OrgDefinedId") is not None

    def find_keys(self) -> list[Key]:
        """Return both ids; an export's own hand-ins carry neither and are found by name."""
        self.table.need("OrgDefinedId", "Username")
        columns = (("OrgDefinedId", ("sid",)), ("Username", ("username", "email")), ("Email", ("email",)))
        places = ((self.table.find(name), ids) for name, ids in columns)
        return [Key(place, ids) for place, ids in places if place is not None]

    def name_of(self, row: Sequence[str]) -> str:
        """Return ``Jane Doe``."""
        parts = (self.table.find(name) for name in ("First Name", "Last Name"))
        return " ".join(row[place].strip() for place in parts if place is not None and row[place].strip())

    def columns(self) -> list[Column]:
        """Return the items with points."""
        return [
            Column(place, match["title"], possible=_possible(match["about"] or ""))
            for place, match in enumerate(map(_ITEM.fullmatch, self.table.columns))
            if match is not None
        ]

    def kept(self) -> list[int]:
        """Return the student's columns."""
        return sorted(place for place in map(self.table.find, _STUDENTS) if place is not None)

    def ending(self, row: Sequence[str] | None) -> list[str]:
        """Close each row as Brightspace wants it, whether the file has the column or not."""
        return [_END if row is None else "#"]


def _possible(about: str) -> Fraction | None:
    match = _MAXIMUM.search(about)
    return read_number(match[1]) if match else None
