"""Brightspace: ``OrgDefinedId`` and/or ``Username``, ``<Item> Points Grade``, ``End-of-Line Indicator`` with ``#``.

Source: D2L's documentation (lms.md); ``<Numeric MaxPoints:100 …>`` after an item is from memory.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.platforms.gradebooks.gradebook import Gradebook

if TYPE_CHECKING:
    from grader.platforms.gradebooks.whose_row import Key

_ITEM = re.compile(
    r"(?P<title>.*\S)\s+Points Grade\s*(?:<(?:.*?MaxPoints:\s*(?P<possible>[0-9]+(?:[.,][0-9]+)?))?.*>)?\s*",
    re.DOTALL | re.IGNORECASE,
)
_END = "End-of-Line Indicator"


class BrightspaceGradebook(Gradebook):
    """What Brightspace exports from its grades."""

    platform = "Brightspace"
    file = "brightspace.csv"
    known_by = "OrgDefinedId"
    marks = ((_END, "OrgDefinedId"),)
    students = ("OrgDefinedId", "Username", "Last Name", "First Name", "Email")
    assignment = _ITEM

    def find_keys(self) -> list[Key]:
        """Return both ids; an export's own hand-ins carry neither and are found by name."""
        self.table.need("OrgDefinedId", "Username")
        return self.keys_in(("OrgDefinedId", ("sid",)), ("Username", ("username", "email")), ("Email", ("email",)))

    def kept(self) -> list[int]:
        """Return what closes each row, too."""
        end = self.table.find(_END)
        return [*super().kept(), *([end] if end is not None else [])]

    def ending(self) -> tuple[str, ...]:
        """Close each row as Brightspace wants it, also where the file has no such column."""
        return (_END, "#") if self.table.find(_END) is None else ()
