"""What of a class needs a person, the most urgent first: how many, who, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.outcome import Status
from grader.model.text import listed
from grader.report.plain import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from grader.classroom.overview.rows import ClassOverview, Row
    from grader.model.report import Result

_REASON = 200
_MOST_APPS = 4
_OPEN_UP_TO = 6
"""Names that are shown at once; more are folded away."""


@dataclass(frozen=True)
class Who:
    """One student in a list: where the link leads, and why they are there."""

    student: str
    id: str
    href: str = ""
    why: str = ""


@dataclass(frozen=True)
class Need:
    """One thing that needs a person.

    Parameters
    ----------
    count
        How many, of what `what` names.
    why
        What is said of all of them.
    href
        Where on the page it is; empty where the names lead there.

    """

    count: int
    what: str
    who: tuple[Who, ...] = ()
    why: str = ""
    activity: str = ""
    href: str = ""

    @property
    def open(self) -> bool:
        """Whether all names are shown at once."""
        return len(self.who) <= _OPEN_UP_TO


def needs(class_: ClassOverview) -> list[Need]:
    """Return what needs a person."""
    rows = class_.rows
    found = [
        _of("could not be opened", rows, lambda row: _why_unopened(row) if row.unopened else None),
        _of("several apps: choose one", rows, lambda row: listed(row.apps, _MOST_APPS) if row.apps else None),
        *_undecided(rows, Status.ERROR, "where the grader itself failed"),
        *_undecided(rows, Status.REVIEW, "to decide"),
        *_undecided(rows, Status.SKIPPED, "not run on this machine"),
        _of("decisions no longer apply", rows, lambda row: listed(row.lapsed, _MOST_APPS) if row.lapsed else None),
        _of("late, and nobody knows by how much", rows, lambda row: "" if row.late_without_time else None),
        Need(len(class_.pairs), "with pictures or code in common", href="#common"),
        Need(len(class_.absent), "not handed in", tuple(Who(name, id_) for name, id_ in class_.absent)),
    ]
    return [need for need in found if need.count]


def _of(what: str, rows: Sequence[Row], why: Callable[[Row], str | None]) -> Need:
    who = tuple(Who(row.student, row.id, row.link(), said) for row in rows if (said := why(row)) is not None)
    return Need(len(who), what, who)


def _why_unopened(row: Row) -> str:
    return next((clip(result.message, _REASON, 3) for result in row.report.results if result.message), "")


def _undecided(rows: Sequence[Row], status: Status, what: str) -> Iterator[Need]:
    """Yield a need for each check that waits for somebody, in the handout's order."""
    found: dict[tuple[str, str], list[tuple[Row, Result]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: -len(row.report.results)):  # the whole order first
        for result in row.report.results:
            if result.counts and result.pending and result.status is status:
                found[row.report.activity, result.id].append((row, result))
    for (activity, _), entries in found.items():
        said = [_says(result) for _, result in entries]
        everywhere = said[0] if len(set(said)) == 1 and len(said) > 1 else ""
        who = _by_name(
            Who(row.student, row.id, row.link(result.id), "" if everywhere else why)
            for (row, result), why in zip(entries, said, strict=True)
        )
        yield Need(len(who), f"{what}: {entries[0][1].title}", who, everywhere, activity)


def _by_name(who: Iterable[Who]) -> tuple[Who, ...]:
    return tuple(sorted(who, key=lambda each: (each.student.casefold(), each.id)))


def _says(result: Result) -> str:
    return clip(result.message or ", ".join(each.caption for each in result.evidence), _REASON, 3)
