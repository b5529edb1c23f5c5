"""What every platform's gradebook offers: rows that are found, and a column that is filled."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

from grader.model.text import listed
from grader.platforms.exports.handin import Person
from grader.platforms.exports.whose import Enrolled
from grader.platforms.gradebooks.column import Column, choose_column
from grader.platforms.gradebooks.points import read_number, written
from grader.platforms.gradebooks.table import CsvForm, GradebookTable, filled
from grader.platforms.gradebooks.whose_row import Key, Rows, match
from grader.report.plain import visible

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from grader.model.report import Report
    from grader.platforms.exports.handin import HandIn
    from grader.platforms.gradebooks.whose_row import FoundRow, GradedHandIn

Undecided = Literal["blank", "earned"]
"""What is written for who has points that are still to be decided: nothing, or what is earned so far."""
_MOST_NAMED = 10


@dataclass(frozen=True)
class Filled:
    """A file to upload; the notes say what was done and what was not, one sentence each."""

    file: str
    content: bytes
    notes: tuple[str, ...]


class Gradebook(ABC):
    """A gradebook that was exported from a platform.

    Raises `InputError`: the file lacks a column that the platform needs to read it back.
    """

    platform: ClassVar[str]
    file: ClassVar[str]
    """The name of the file to upload."""
    known_by: ClassVar[str]
    """A column that no other platform's has, for whoever has exported something else."""
    marks: ClassVar[tuple[tuple[str, ...], ...]]
    """Columns of which the platform's file has one each."""
    students: ClassVar[tuple[str, ...]] = ()
    """The columns that say whose a row is."""
    names: ClassVar[tuple[str, ...]] = ("Last Name", "First Name")
    """Those among them that the platform shows and does not go by."""
    form: ClassVar[CsvForm] = CsvForm()
    """How the platform writes its files."""
    assignment: ClassVar[re.Pattern[str]]
    """A header of an assignment: ``title``, and ``id`` and ``possible`` (the most points) where it holds them."""

    def __init__(self, table: GradebookTable) -> None:
        self.table = table
        self.keys = self.find_keys()
        self.rows = {place: row for place, row in enumerate(table.rows) if self.is_student(row)}
        self._finder = Rows(self.rows, self.keys, self.name_of)

    @classmethod
    def wrote(cls, table: GradebookTable) -> bool:
        """Whether this platform writes such a file."""
        return all(table.find(*columns) is not None for columns in cls.marks)

    @abstractmethod
    def find_keys(self) -> list[Key]:
        """Return the columns of ids, the most certain first."""

    @classmethod
    def made_for(cls, graded: Sequence[GradedHandIn]) -> Gradebook | None:  # noqa: ARG003
        """Make the file that the platform would have written, where its exports of hand-ins tell enough."""
        return None

    def name_of(self, row: Sequence[str]) -> str:
        """Return the student's name as the platform writes it."""
        return " ".join(self.table.cells(row, "First Name", "Last Name"))

    def columns(self) -> list[Column]:
        """Return the assignments' columns."""
        found = ((place, self.assignment.fullmatch(header)) for place, header in enumerate(self.table.columns))
        return [_column(place, match) for place, match in found if match is not None]

    def kept(self) -> list[int]:
        """Return the places of the columns that say whose a row is, in the file's order."""
        return sorted(place for place in map(self.table.find, self.students) if place is not None)

    def keys_in(self, *columns: tuple[str, tuple[str, ...]]) -> list[Key]:
        """Return those columns of ids that are there, by their names and the ids that they may hold."""
        places = ((self.table.find(name), ids) for name, ids in columns)
        return [Key(place, ids) for place, ids in places if place is not None]

    def is_student(self, row: Sequence[str]) -> bool:
        """Whether a row is a student's."""
        return any(row[key.column].strip() for key in self.keys)

    def possible(self, column: Column, row: Sequence[str]) -> Fraction | None:  # noqa: ARG002 - Moodle says it in each row
        """Return the most points that can be had."""
        return column.possible

    def enrolled(self) -> Enrolled:
        """Return who is in the class by their user names, and what the assignments are called."""
        keys = [key for key in self.keys if "username" in key.ids]
        users = {key.read(row[key.column]).strip() for key in keys for row in self.rows.values()}
        return Enrolled(frozenset(users - {""}), frozenset(column.title for column in self.columns()))

    def with_names(self, hand_ins: Sequence[HandIn]) -> list[HandIn]:
        """Give each hand-in its student's real name, where the gradebook has a row for it."""
        return [
            replace(
                hand_in, people=tuple(self._named(person, hand_in.called or hand_in.name) for person in hand_in.people)
            )
            for hand_in in hand_ins
        ]

    def _named(self, person: Person, fallback: str) -> Person:
        place = self._finder.row_of(person, fallback)
        name = self.name_of(self.rows[place]).strip() if place is not None else ""
        return Person(name or person.name, person.ids)

    def is_excused(self, row: Sequence[str], column: Column) -> bool:  # noqa: ARG002 - Canvas excuses students
        """Whether a student need not hand this assignment in."""
        return False

    def is_person(self, row: Sequence[str]) -> bool:  # noqa: ARG002 - Canvas has a student who is none
        """Whether a student's row is that of a person."""
        return True

    def handed_nothing_in(self, hand_ins: Sequence[HandIn], column: Column | None = None) -> list[Person]:
        """Return the students who have to hand in and for whom there is no hand-in, in the file's order."""
        found = self._rows_of(hand_ins)
        return [
            Person(
                self.name_of(row).strip() or None,
                {key.ids[0]: id_ for key in self.keys if (id_ := key.read(row[key.column]).strip())},
            )
            for place, row in self.rows.items()
            if place not in found and self.is_person(row) and not (column and self.is_excused(row, column))
        ]

    def has_nobody_of(self, hand_ins: Sequence[HandIn]) -> bool:
        """Whether none of these hand-ins has a row here: it seems to be another course's."""
        return not self._rows_of(hand_ins)

    def _rows_of(self, hand_ins: Sequence[HandIn]) -> set[int]:
        rows = (
            self._finder.row_of(person, hand_in.called or hand_in.name)
            for hand_in in hand_ins
            for person in hand_in.people
        )
        return {place for place in rows if place is not None}

    def fill(
        self, graded: Sequence[GradedHandIn], *, column: str | None = None, undecided: Undecided = "blank"
    ) -> Filled:
        """Write the earned points into the students' rows; all other rows stay as they are.

        `column` is the title or number of the assignment's column; without it, the only one, or the only one that has
        the activity's number in its title.  `undecided` is what is written for who has points that are still to be
        decided.  Raises `InputError`: there is no such column, or several; names those that there are.
        """
        activities = list(dict.fromkeys(report.activity for _, report in graded))
        chosen = {activity: self.column_for(activity, column, alone=len(activities) == 1) for activity in activities}
        found = match(self._finder, graded)
        cells, notes = self._cells(found, chosen, undecided)
        places = {one.place for one in chosen.values()}
        shown = sorted({*self.kept(), *places})
        names = {place for place in map(self.table.find, self.names) if place is not None}
        content = filled(self.table, shown, cells, form=self.form, names=names, ending=self.ending())
        return Filled(self.file, content, (*notes, *self._left(found)))

    def ending(self) -> tuple[str, ...]:
        """Return what closes the header and each row, where the file lacks such a column."""
        return ()

    def more_cells(self, place: int, graded: GradedHandIn) -> Mapping[tuple[int, int], str]:  # noqa: ARG002
        """Return what else is written into a student's row."""
        return {}

    def _cells(
        self, found: FoundRow, chosen: Mapping[str, Column], undecided: Undecided
    ) -> tuple[dict[tuple[int, int], str], list[str]]:
        cells: dict[tuple[int, int], str] = {}
        notes: list[str] = []
        pending = []
        for place, several in sorted(found.rows.items()):
            for at in {chosen[one.report.activity].place for one in several}:
                here = [one for one in several if chosen[one.report.activity].place == at]
                if len(here) > 1:
                    names = ", ".join(one.hand_in.name for one in here)
                    notes.append(f"{names} have the same row in {self.table.source}: it was left as it is.")
                    continue
                column = chosen[here[0].report.activity]
                if self.is_excused(self.table.rows[place], column):
                    notes.append(f"{_named([here[0].hand_in.name])} is excused in {self.table.source}: left as it is.")
                    continue
                if here[0].report.exact_score.pending:
                    pending.append(here[0].hand_in.name)
                    if undecided == "blank":  # no platform can be told that a grade is not whole yet
                        cells[place, at] = ""
                        continue
                cells[place, at] = self._grade(column, place, here[0].report, notes)
                cells |= self.more_cells(place, here[0])
        if pending:
            done = "their grades were left blank" if undecided == "blank" else "only earned points were written"
            notes.append(f"Points are still to be decided for {_named(pending)}: {done}.")
        return cells, notes

    def _grade(self, column: Column, place: int, report: Report, notes: list[str]) -> str:
        score = report.exact_score
        possible = self.possible(column, self.table.rows[place])
        if possible and possible != score.maximum:
            said = (
                f"{column.title} has {written(possible)} points in {self.table.source}: "
                f"grades were scaled from {written(score.maximum)}."
            )
            if said not in notes:
                notes.append(said)
        number = written(score.scaled_to(possible))
        return number.replace(".", ",") if self.table.has_decimal_commas else number

    def _left(self, found: FoundRow) -> list[str]:
        notes = []
        if found.missing:
            notes.append(f"No row, or no one row, in {self.table.source} for {_named(found.missing)}.")
        nothing = sum(place not in found.rows and self.is_person(row) for place, row in self.rows.items())
        if nothing:
            students = "1 student" if nothing == 1 else f"{nothing} students"
            notes.append(f"{students} in {self.table.source} handed nothing in: left as they are.")
        return notes

    def column_for(self, activity: str, wanted: str | None = None, *, alone: bool = True) -> Column:
        """Return the column of an activity; see `choose_column`."""
        return choose_column(self.columns(), self.table.source, activity, wanted, alone=alone)


def _column(place: int, header: re.Match[str]) -> Column:
    said = header.groupdict()
    return Column(
        place, header[0], " ".join(said["title"].split()), said.get("id"), read_number(said.get("possible") or "")
    )


def _named(names: Sequence[str]) -> str:
    return listed([visible(name) for name in names], _MOST_NAMED)
