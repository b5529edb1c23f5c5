"""What a person says about checks, what came of it, and what cannot be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.classroom.errors import ClassError
from grader.model.faults import Code
from grader.model.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.classroom.records import Decision
    from grader.classroom.review.review_items import ReviewItem


@dataclass(frozen=True)
class Verdict:
    """What a person says about one check.

    Parameters
    ----------
    name, check
        The submission's name and the check's id.
    status
        ``passed``, ``partial`` or ``failed``; None takes back what was decided.
    seen
        `ReviewItem.seen` of what the person has looked at: what has changed since is not decided.  None decides it in
        any case.
    note
        What the student reads about it; None for the note that goes with all.
    points
        What it earns, from 0 to what the check is worth; as the status has it where it is None.
    """

    name: str
    check: str
    status: Status | None
    seen: str | None = None
    note: str | None = None
    points: float | None = None

    @classmethod
    def on(
        cls, item: ReviewItem, status: Status | None, note: str | None = None, points: float | None = None
    ) -> Verdict:
        """Return a verdict on what was looked at."""
        return cls(item.name, item.result.id, status, item.seen, note, points)

    @classmethod
    def as_in(cls, decision: Decision | None, item: ReviewItem) -> Verdict:
        """Return what was decided once, on what was looked at now; None takes back what was decided since."""
        if decision is None:
            return cls.on(item, None)
        return cls.on(item, Status(decision.status), decision.note, decision.points)


@dataclass(frozen=True)
class Change:
    """One check, as it was and as it is now."""

    before: ReviewItem
    after: ReviewItem


@dataclass(frozen=True)
class Changes:
    """What came of decisions; they are in the journal.

    Parameters
    ----------
    made
        In the order of the decisions.
    also_waiting
        Checks that wait for a person now, because what they need was accepted.
    conflicts
        Checks that have changed since they were looked at, as they are now: then nothing at all was decided.
    """

    made: tuple[Change, ...] = ()
    also_waiting: tuple[ReviewItem, ...] = ()
    conflicts: tuple[ReviewItem, ...] = ()


def refuse_twice(items: Sequence[ReviewItem]) -> None:
    """See to it that no check is named twice."""
    keys = [item.key for item in items]
    twice = next((key for key in keys if keys.count(key) > 1), None) if len(set(keys)) < len(keys) else None
    if twice is not None:
        raise ClassError(Code.TWICE, f"{twice[1]} of {twice[0]} is named twice.", name=twice[0], check=twice[1])


def refuse_bad_points(verdict: Verdict, item: ReviewItem) -> None:
    """See to it that the check can earn what it is said to."""
    points, most = verdict.points, item.result.points
    if points is not None and not 0 <= points <= most:  # not a number is in no order
        said = f"{item.result.id} of {item.name} is worth {most:g} points, and cannot earn {points:g}."
        facts = {"name": item.name, "check": item.result.id, "points": points, "most": most}
        raise ClassError(Code.BAD_POINTS, said, **facts)


def refuse_undecided(items: Iterable[ReviewItem]) -> None:
    """See to it that there is something to take back."""
    for item in items:
        if item.decision is None:
            said = f"Nobody has decided {item.result.id} of {item.name}; there is nothing to take back."
            raise ClassError(Code.NOT_DECIDED, said, name=item.name, check=item.result.id)
