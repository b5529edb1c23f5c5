"""Canvas: ``Student, ID, SIS User ID, SIS Login ID, Section``, then each assignment as ``Title (id)``.

Source: instructure/canvas-lms ``lib/gradebook_exporter.rb``; the assignments' form is from memory (lms.md).
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

_STUDENTS = (
    "Student",
    "LastName",
    "FirstName",
    "ID",
    "SIS User ID",
    "SIS Login ID",
    "Integration ID",
    "Root Account",
    "Section",
)
_ASSIGNMENT = re.compile(r"(?P<title>.*\S)\s*\((?P<id>[0-9]+)\)\s*", re.DOTALL)
_POSSIBLE = "points possible"
_NOBODY = "student, test"
"""The student as whom a teacher looks at the course."""
_EXCUSED = "ex"


class CanvasGradebook(Gradebook):
    """The gradebook that Canvas exports; the row of points possible stays where it is."""

    platform = "Canvas"
    file = "canvas.csv"

    @classmethod
    def wrote(cls, table: GradebookTable) -> bool:
        """Whether Canvas writes such a file."""
        return table.find("Student", "LastName") is not None and table.find("SIS Login ID", "Section") is not None

    def find_keys(self) -> list[Key]:
        """Return the id first: it is in the names of the files that Canvas exports."""
        self.table.need("Student", "LastName")
        keys = [Key(self.table.need("ID"), ("canvas",), own="canvas")]
        for name, ids in (("SIS User ID", ("sid",)), ("SIS Login ID", ("username", "email"))):
            place = self.table.find(name)
            keys += [Key(place, ids)] if place is not None else []
        self.table.need("Section")
        return keys

    def name_of(self, row: Sequence[str]) -> str:
        """Return ``Doe, Jane``."""
        student = self.table.find("Student")
        if student is not None:
            return row[student]
        parts = (self.table.find(name) for name in ("LastName", "FirstName"))
        return ", ".join(row[place].strip() for place in parts if place is not None and row[place].strip())

    def is_expected(self, row: Sequence[str], column: Column | None) -> bool:
        """Leave out who is excused, and Canvas's own test student."""
        excused = column is not None and row[column.place].strip().casefold() == _EXCUSED
        return not excused and self.name_of(row).strip().casefold() != _NOBODY

    def columns(self) -> list[Column]:
        """Return the assignments, not the totals that Canvas adds and does not read back."""
        points = next((row for row in self.table.rows if self._is_points_row(row)), None)
        return [
            Column(place, match["title"], match["id"], read_number(points[place]) if points else None)
            for place, match in enumerate(map(_ASSIGNMENT.fullmatch, self.table.columns))
            if match is not None
        ]

    def kept(self) -> list[int]:
        """Return the student's columns."""
        return sorted(place for place in map(self.table.find, _STUDENTS) if place is not None)

    def _is_points_row(self, row: Sequence[str]) -> bool:
        return row[0].strip().casefold() == _POSSIBLE
