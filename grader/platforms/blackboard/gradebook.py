"""Blackboard: ``Last Name, First Name, Username, Student ID``, then ``<Column> [Total Pts: 100 Score] |<id>``.

Source: Blackboard's documentation (lms.md); what it reads back goes by the user name and the column's id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.platforms.gradebooks.gradebook import Column, Gradebook
from grader.platforms.gradebooks.matching import Key
from grader.platforms.gradebooks.points import read_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.platforms.gradebooks.table import GradebookTable

_STUDENTS = ("Last Name", "First Name", "Username", "Student ID")
_ASSIGNMENT = re.compile(
    r"(?P<title>.*?)\s*\[Total Pts:\D*(?P<possible>[0-9]*(?:[.,][0-9]+)?)[^\]]*\].*\|\s*(?P<id>[0-9]+)\s*", re.DOTALL
)


class BlackboardGradebook(Gradebook):
    """What Blackboard's "Work Offline" downloads, often in UTF-16 with tabs."""

    platform = "Blackboard"
    file = "blackboard.csv"

    @classmethod
    def wrote(cls, table: GradebookTable) -> bool:
        """Whether Blackboard writes such a file."""
        return any(_ASSIGNMENT.fullmatch(column) for column in table.columns) or (
            table.find("Username") is not None and table.find("Student ID") is not None
        )

    def find_keys(self) -> list[Key]:
        """Return the user name first: it is in the names of the files that Blackboard exports."""
        keys = [Key(self.table.need("Username"), ("username",), own="username")]
        number = self.table.find("Student ID")
        return keys if number is None else [*keys, Key(number, ("sid",))]

    def name_of(self, row: Sequence[str]) -> str:
        """Return ``Jane Doe``."""
        parts = (self.table.find(name) for name in ("First Name", "Last Name"))
        return " ".join(row[place].strip() for place in parts if place is not None and row[place].strip())

    def columns(self) -> list[Column]:
        """Return the columns that have an id."""
        return [
            Column(place, match["title"], match["id"], read_number(match["possible"]))
            for place, match in enumerate(map(_ASSIGNMENT.fullmatch, self.table.columns))
            if match is not None
        ]

    def kept(self) -> list[int]:
        """Return the student's columns."""
        return sorted(place for place in map(self.table.find, _STUDENTS) if place is not None)
