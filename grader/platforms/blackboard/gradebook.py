"""Blackboard: ``Last Name, First Name, Username, Student ID``, then ``<Column> [Total Pts: 100 Score] |<id>``.

Source: Blackboard's documentation (lms.md); what it reads back goes by the user name and the column's id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.platforms.gradebooks.gradebook import Gradebook
from grader.platforms.gradebooks.table import CsvForm
from grader.platforms.gradebooks.whose_row import Key

if TYPE_CHECKING:
    from grader.platforms.gradebooks.table import GradebookTable

_ASSIGNMENT = re.compile(
    r"(?P<title>.*?)\s*\[[^\[\]:]+:\D*(?P<possible>[0-9]*(?:[.,][0-9]+)?)[^\]]*\].*\|\s*(?P<id>[0-9]+)\s*", re.DOTALL
)
"""Before the points stands ``Total Pts``, in the language of whoever downloads it."""


class BlackboardGradebook(Gradebook):
    """What Blackboard's "Work Offline" downloads, often in UTF-16 with tabs."""

    platform = "Blackboard"
    file = "blackboard.csv"
    known_by = "Username"
    marks = (("Username",), ("Student ID",))
    students = ("Last Name", "First Name", "Username", "Student ID")
    form = CsvForm(",\t", ("utf-8", "utf-16-le", "utf-16-be"))
    assignment = _ASSIGNMENT

    @classmethod
    def wrote(cls, table: GradebookTable) -> bool:
        """Whether Blackboard writes such a file."""
        return super().wrote(table) or any(map(_ASSIGNMENT.fullmatch, table.columns))

    def find_keys(self) -> list[Key]:
        """Return the user name first: it is in the names of the files that Blackboard exports."""
        return [
            Key(self.table.need("Username"), ("username",), own="username"),
            *self.keys_in(("Student ID", ("sid",))),
        ]
