"""What a class's journal holds: what was graded, what a person has said, and what has happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.report.json_report import from_dict

if TYPE_CHECKING:
    from datetime import datetime

    from grader.rubric import Report

GRADED, ADJUSTED, CHOSEN, ABOUT_ALL = "graded", "adjusted", "chosen", "class"
"""What an `Event` may be about besides a check."""


@dataclass(frozen=True)
class Entry:
    """One submission in the journal.

    Parameters
    ----------
    name
        Of the submission, as in ``reports/<name>``.
    key
        What was graded and how: the same key need not be graded again.  Empty where it has to be.
    digest
        SHA-256 of the content.
    report
        The report as JSON data (`grader.report.json_report.to_dict`).
    extra
        Plain data that the overview needs besides.
    """

    name: str
    key: str
    digest: str
    report: dict[str, Any]
    extra: dict[str, Any]

    def full_report(self) -> Report:
        """Return the report, without its pictures."""
        return from_dict(self.report)


@dataclass(frozen=True)
class Decision:
    """What a person decided about a check.

    Parameters
    ----------
    status
        ``passed``, ``partial`` or ``failed``.
    note
        What the student reads about it.
    points
        What it earns; as the status has it where it is None.
    at, by
        When, and who by the name of their account.
    """

    check: str
    status: str
    note: str
    points: float | None = None
    at: str = field(default="", compare=False)
    by: str = field(default="", compare=False)


class Made(NamedTuple):
    """A decision, and what was looked at when it was made.

    `digest` is the content of the whole hand-in. `basis` is what of it counts for this check; empty in the first
    journals.
    """

    decision: Decision
    digest: str
    basis: str


@dataclass(frozen=True)
class Adjustment:
    """What a person says about a whole submission.

    Parameters
    ----------
    points
        Added to what was earned; taken off where it is below zero.
    reason
        What the student reads about the points.
    days_late
        How many days late it counts as, whatever the platform says; None leaves that as it is.
    """

    points: float = 0.0
    reason: str = ""
    days_late: int | None = None


@dataclass(frozen=True)
class Event:
    """Something that was changed in the class.

    Parameters
    ----------
    number
        Higher than that of all events before.
    name
        The submission's; empty where it is about the whole class.
    what
        A check's id for a decision; else ``graded``, ``adjusted``, ``chosen`` or ``class``.
    before, after
        Plain data, None where there was nothing: of a decision ``status``, ``note`` and ``points``; of an adjustment
        `Adjustment`'s fields.
    """

    number: int
    name: str
    what: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    at: datetime
    by: str


class Stamp(NamedTuple):
    """What changes when a hand-in is graded again, or something of it is decided or taken back."""

    finished: str
    event: int
