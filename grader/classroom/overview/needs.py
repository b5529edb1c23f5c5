"""What of a class needs a person, the most urgent first: how many, who, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.outcome import Status
from grader.model.text import listed
from grader.report import wording
from grader.report.plain import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.classroom.overview.rows import Absent, ClassOverview, OverviewRow
    from grader.classroom.review.same_question import ReviewGroup
    from grader.model.report import Result

_REASON = 200
_MOST_APPS = 4
_OPEN_UP_TO = 6
"""Names that are shown at once; more are folded away."""


@dataclass(frozen=True)
class Who:
    """One student in a list, why they are there, and the check that it is about."""

    of: OverviewRow | Absent
    why: str = ""
    check: str | None = None


@dataclass(frozen=True)
class Need:
    """One thing that needs a person.

    Parameters
    ----------
    kind
        By which the rows of the matrix are filtered.
    count
        How many, of what `what` names.
    why
        What is said of all of them.
    """

    kind: str
    count: int
    what: str
    who: tuple[Who, ...] = ()
    why: str = ""
    activity: str = ""

    @property
    def open(self) -> bool:
        """Whether all names are shown at once."""
        return len(self.who) <= _OPEN_UP_TO


def needs(class_: ClassOverview, queue: Sequence[ReviewGroup] | None = None) -> list[Need]:
    """Return what needs a person.

    `queue` is what waits, with what is alike put together; where it is None, each check that waits is named.
    """
    rows, pairs = class_.rows, len(class_.pairs)
    lapsed = sum(len(row.lapsed) for row in rows)
    no_longer = "decision that no longer applies" if lapsed == 1 else "decisions that no longer apply"
    found = [
        _of("unopened", "could not be opened", rows, lambda row: _why_unopened(row) if row.unopened else None),
        _of("choose", "several apps, choose one", rows, lambda row: listed(row.apps, _MOST_APPS) if row.apps else None),
        *(_each_check(rows) if queue is None else [_queue(queue)]),
        _of("lapsed", no_longer, rows, lambda row: listed(row.lapsed, _MOST_APPS) if row.lapsed else None, lapsed),
        _of(
            "late",
            "late, and the platform does not say by how much",
            rows,
            lambda row: "" if row.late_without_time else None,
        ),
        Need(
            "alike",
            pairs,
            "pair has pictures or code in common" if pairs == 1 else "pairs have pictures or code in common",
        ),
        Need("absent", len(class_.absent), "not handed in", tuple(map(Who, class_.absent))),
    ]
    return [need for need in found if need.count]


def _of(
    kind: str,
    what: str,
    rows: Sequence[OverviewRow],
    why: Callable[[OverviewRow], str | None],
    count: int | None = None,
) -> Need:
    who = tuple(Who(row, said) for row in rows if (said := why(row)) is not None)
    return Need(kind, len(who) if count is None else count, what, who)


def _why_unopened(row: OverviewRow) -> str:
    return next((clip(result.message, _REASON, 3) for result in row.report.results if result.message), "")


def _queue(queue: Sequence[ReviewGroup]) -> Need:
    return Need(
        "waits", sum(len(group.items) for group in queue), f"to decide, in {wording.count(len(queue), 'group')}"
    )


_UNDECIDED = {
    Status.ERROR: "where the grader itself failed",
    Status.REVIEW: "to decide",
    Status.SKIPPED: "not run on this machine",
}


def _each_check(rows: Sequence[OverviewRow]) -> Iterator[Need]:
    """Yield a need for each check that waits for somebody, in the handout's order."""
    found: dict[Status, dict[tuple[str, str], list[tuple[OverviewRow, Result]]]] = {
        status: defaultdict(list) for status in _UNDECIDED
    }
    for row in sorted(rows, key=lambda row: -len(row.report.results)):  # the whole order first
        for result in row.report.results:
            if result.waits and result.status in found:
                found[result.status][row.report.activity, result.id].append((row, result))
    for status, checks in found.items():
        for (activity, id_), entries in checks.items():
            said = [_says(result) for _, result in entries]
            everywhere = said[0] if len(set(said)) == 1 and len(said) > 1 else ""
            who = [Who(row, "" if everywhere else why, id_) for (row, _), why in zip(entries, said, strict=True)]
            who.sort(key=lambda each: (each.of.student.casefold(), each.of.id))
            what = f"{_UNDECIDED[status]}: {entries[0][1].title}"
            yield Need(f"waits-{id_}", len(who), what, tuple(who), everywhere, activity)


def _says(result: Result) -> str:
    return clip(result.message or ", ".join(each.caption for each in result.evidence), _REASON, 3)
