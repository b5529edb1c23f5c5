"""Moodle's grading worksheet: ``Identifier`` (``Participant N``), ``Grade``, ``Last modified (grade)`` and more.

Source: moodle/moodle ``mod/assign/feedback/offline/importgradeslib.php`` (lms.md).
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from grader.model.outcome import Status
from grader.model.report import exact
from grader.platforms.gradebooks.column import Column
from grader.platforms.gradebooks.gradebook import Gradebook
from grader.platforms.gradebooks.points import read_number, written
from grader.platforms.gradebooks.table import GradebookTable
from grader.platforms.gradebooks.whose_row import Key
from grader.report.plain import clip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from grader.model.report import Report, Result
    from grader.platforms.gradebooks.whose_row import GradedHandIn

_COLUMNS = (
    "Identifier",
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum Grade",
    "Grade can be changed",
    "Last modified (submission)",
    "Last modified (grade)",
    "Feedback comments",
)
_NUMBER = re.compile(r"[0-9]+(?=\D*$)")
_NEVER = "-"
_LONGEST = 400


class MoodleGradebook(Gradebook):
    """The worksheet of one assignment, with all its columns kept."""

    platform = "Moodle"
    file = "moodle.csv"
    known_by = "Identifier"
    marks = (("Identifier",), ("Grade", "Last modified (grade)"))
    names = ("Full name",)

    def __init__(self, table: GradebookTable) -> None:
        table.need("Identifier")
        table.need("Last modified (grade)")
        self._grade_column = table.need("Grade")
        self._comments = table.find("Feedback comments")
        self._maximum = table.find("Maximum Grade")
        super().__init__(table)

    @classmethod
    def made_for(cls, graded: Sequence[GradedHandIn]) -> MoodleGradebook:
        """Make the worksheet; address and times are not in the export, and Moodle does not read them back."""
        maximum = max((report.exact_score.maximum for _, report in graded), default=None)
        rows = [
            (
                f"Participant {person.ids['moodle']}",
                "" if (person.name or "").startswith("Participant ") else person.name or "",
                "",
                "",
                "",
                written(maximum) if maximum is not None else "",
                "Yes",
                _NEVER,
                _NEVER,
                "",
            )
            for hand_in, _ in graded
            for person in hand_in.people
            if "moodle" in person.ids
        ]
        return cls(GradebookTable("the grading worksheet", _COLUMNS, tuple(dict.fromkeys(rows))))

    def find_keys(self) -> list[Key]:
        """Return the identifier and, where hand-ins come from elsewhere, the address."""
        own = Key(self.table.need("Identifier"), ("moodle",), own="moodle", read=_participant)
        return [own, *self.keys_in(("Email address", ("email",)))]

    def name_of(self, row: Sequence[str]) -> str:
        """Return the full name; empty under blind marking."""
        return "".join(self.table.cells(row, "Full name"))

    def columns(self) -> list[Column]:
        """Return the one column: a worksheet is of one assignment."""
        return [Column(self._grade_column, "Grade", "Grade")]

    def kept(self) -> list[int]:
        """Return every column: Moodle reads its own sheet back."""
        return list(range(len(self.table.columns)))

    def possible(self, column: Column, row: Sequence[str]) -> Fraction | None:  # noqa: ARG002
        """Return what the row says."""
        return read_number(row[self._maximum]) if self._maximum is not None else None

    def more_cells(self, place: int, graded: GradedHandIn) -> Mapping[tuple[int, int], str]:
        """Say in the comments what the points are for; a teacher's own comment is kept."""
        if self._comments is None or self.table.rows[place][self._comments].strip():
            return {}
        return {(place, self._comments): comment(graded.report)}


def _participant(identifier: str) -> str:
    """Return the number alone; the word before it is in the language of whoever downloaded the sheet."""
    match = _NUMBER.search(identifier)
    return match.group() if match else identifier


def comment(report: Report) -> str:
    """Say in sentences what the points are for, in HTML as Moodle shows comments; what students wrote is shown as text.

    Each mistake is said once, with what to do; what could not be tried because of it is left to the report.
    """
    score = report.exact_score
    pending = f" {written(score.pending)} points are still to be decided." if score.pending else ""
    sentences = [f"You have {written(score.earned)} of {written(score.maximum)} points.{pending}"]
    counted = [result for result in report.results if result.counts]
    sentences += [_about(result) for result in counted if result.status in (Status.FAILED, Status.PARTIAL)]
    accepted = [result for result in counted if result.note and result.status is Status.PASSED]
    sentences += [f"{_title(result)}: {result.note}" for result in accepted]
    if any(result.status is Status.BLOCKED and not result.pending for result in counted):
        sentences.append("Some checks could not be tried because of that.")
    if report.adjusted:
        what = "added" if report.adjusted > 0 else "taken off"
        why = f": {report.adjusted_because}" if report.adjusted_because else "."
        sentences.append(f"{written(abs(exact(report.adjusted)))} points are {what}{why}")
    if report.taken_off:
        sentences.append(f"{written(100 * exact(report.taken_off))} % are taken off, because it was late.")
    return "<br>".join(escape(sentence, quote=False) for sentence in sentences)


def _about(result: Result) -> str:
    said = result.note or result.message
    hint = f" {result.hint}" if result.hint and not result.note else ""
    return clip(": ".join(filter(None, (_title(result), f"{said}{hint}".strip()))).replace("`", ""), _LONGEST)


def _title(result: Result) -> str:
    return result.title.replace("`", "")
