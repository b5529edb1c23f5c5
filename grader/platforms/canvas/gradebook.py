"""Canvas: ``Student, ID, SIS User ID, SIS Login ID, Section``, then each assignment as ``Title (id)``.

Source: instructure/canvas-lms ``lib/gradebook_exporter.rb``; the assignments' form is from memory (lms.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.platforms.gradebooks.gradebook import Gradebook
from grader.platforms.gradebooks.points import read_number
from grader.platforms.gradebooks.table import CsvForm
from grader.platforms.gradebooks.whose_row import Key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from grader.platforms.gradebooks.column import Column


class CanvasGradebook(Gradebook):
    """The gradebook that Canvas exports; the row of points possible stays where it is."""

    platform = "Canvas"
    file = "canvas.csv"
    known_by = "Student"
    marks = (("Student", "LastName"), ("SIS Login ID", "Section"))
    students = (
        *("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID"),
        *("Integration ID", "Root Account", "Section"),
    )
    names = ("Student", "LastName", "FirstName")
    form = CsvForm(",;")  # a setting of the teacher's; its importer tells them apart (lib/gradebook_importer.rb)
    assignment = re.compile(r"(?P<title>.*\S)\s*\((?P<id>[0-9]+)\)\s*", re.DOTALL)
    """Not the totals that Canvas adds and does not read back."""

    def find_keys(self) -> list[Key]:
        """Return the id first: it is in the names of the files that Canvas exports."""
        self.table.need("Student", "LastName")
        self.table.need("Section")
        own = Key(self.table.need("ID"), ("canvas",), own="canvas")
        return [own, *self.keys_in(("SIS User ID", ("sid",)), ("SIS Login ID", ("username", "email")))]

    def name_of(self, row: Sequence[str]) -> str:
        """Return ``Doe, Jane``."""
        return ", ".join(self.table.cells(row, "Student") or self.table.cells(row, "LastName", "FirstName"))

    def is_excused(self, row: Sequence[str], column: Column) -> bool:
        """Whether ``EX`` stands in the cell."""
        return row[column.place].strip().casefold() == "ex"

    def is_person(self, row: Sequence[str]) -> bool:
        """Whether it is not the student as whom a teacher looks at the course."""
        return self.name_of(row).strip().casefold() != "student, test"

    def possible(self, column: Column, row: Sequence[str]) -> Fraction | None:  # noqa: ARG002
        """Return what stands in the row of points possible."""
        points = next((each for each in self.table.rows if each[0].strip().casefold() == "points possible"), None)
        return read_number(points[column.place]) if points else None
