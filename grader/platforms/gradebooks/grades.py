"""``grades.csv``: one row for each student, for people and their spreadsheets."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from grader.model.outcome import Status
from grader.model.report import exact
from grader.platforms.gradebooks.points import written
from grader.platforms.gradebooks.table import to_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.platforms.exports.handin import Person
    from grader.platforms.gradebooks.whose_row import GradedHandIn

_ABOUT = ("name", "student", "activity", "submitted", "late")
_SCORE = ("earned", "pending", "maximum", "percent", "pending checks")
_SAID = ("points added", "why", "days late", "notes")
"""By a person."""
_CENTS = Decimal("0.01")


def grades_csv(graded: Sequence[GradedHandIn]) -> bytes:
    """Make ``grades.csv``; of a group, each member has a row.

    It begins with a byte order mark, or Excel would show every accent as two wrong letters.
    """
    checks = list(dict.fromkeys(result.id for _, report in graded for result in report.results))
    header = [*_ABOUT, *(status.value for status in Status), *_SCORE, *checks, *_SAID]
    rows = [_row(one, person, checks) for one in graded for person in one.hand_in.people]
    return to_csv([header, *rows], marked=True)


def _row(graded: GradedHandIn, person: Person, checks: Sequence[str]) -> list[str]:
    hand_in, report = graded
    score = report.exact_score
    statuses = {result.id: result.status.value for result in report.results}
    counts = [list(statuses.values()).count(status.value) for status in Status]
    pending = [result.id for result in report.results if result.counts and result.pending]
    return [
        hand_in.name,
        person.name or "",
        report.activity,
        hand_in.submitted.isoformat(sep=" ") if hand_in.submitted else "",
        "yes" if hand_in.late else "",
        *map(str, counts),
        written(score.earned),
        written(score.pending),
        written(score.maximum),
        written(score.percent, _CENTS),
        ", ".join(pending),
        *(statuses.get(check, "") for check in checks),
        written(exact(report.adjusted)) if report.adjusted else "",
        report.adjusted_because,
        "" if report.days_late is None else str(report.days_late),
        " / ".join(f"{result.id}: {result.note}" for result in report.results if result.note),
    ]
