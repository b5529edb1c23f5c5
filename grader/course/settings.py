"""What a course has set, as plain data that goes to worker processes, and how it changes an activity and a report."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.course.late import in_words, lateness
from grader.rubric import accepting
from grader.submission.starter import HANDED_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from grader.course.late import LatePolicy
    from grader.rubric import Activity, Check, Report
    from grader.submission.starter import Starter

DELIVERABLES = {"app": frozenset({"site", "browser"}), "document": frozenset({"document"})}
"""What is handed in, and what checks on it look at."""


@dataclass(frozen=True)
class ActivitySettings:
    """What a course has set for one activity.

    Parameters
    ----------
    points
        For a check's id, what it is worth instead.
    wordings
        For words of the handout, others that are as good.
    required
        Which `DELIVERABLES` are asked for; all where it is None.  Checks on the others do not count.
    min_score
        In percent.
    due
        With a UTC offset.
    """

    points: Mapping[str, float] = field(default_factory=dict)
    wordings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] | None = None
    min_score: float | None = None
    due: datetime | None = None

    def changes_checks(self) -> bool:
        """Whether the checks of the activity are others than the handout's."""
        return bool(self.points or self.wordings or self.required)


@dataclass(frozen=True)
class CourseSettings:
    """What a course has set; without arguments, a course that leaves everything as the handout has it.

    Parameters
    ----------
    source
        The file, for messages.
    min_score
        For activities that have none of their own, in percent.
    late
        What late hand-ins cost; nothing where it is None.
    activities
        By the activity's id.
    starter
        What students were given: it is not theirs.
    packages
        Which installed packages apps may import, besides Flask and what it needs.
    """

    source: str | None = None
    min_score: float | None = None
    late: LatePolicy | None = None
    activities: Mapping[str, ActivitySettings] = field(default_factory=dict)
    starter: Starter = HANDED_OUT
    packages: tuple[str, ...] = ()

    def of(self, activity: str) -> ActivitySettings:
        """Return what is set for the activity of this id."""
        return self.activities.get(activity) or ActivitySettings()

    def min_score_for(self, activity: str) -> float | None:
        """Return the share that has to be reached, in percent; None where the course sets none."""
        own = self.of(activity).min_score
        return self.min_score if own is None else own

    def apply(self, activity: Activity) -> Activity:
        """Return an activity as this course asks it; its version covers what was set.

        It does not matter how often settings are applied.
        """
        own = self.of(activity.id)
        if not own.changes_checks():
            return activity
        mark = f"+course.{self.digest(activity.id)}"
        if activity.version.endswith(mark):
            return activity
        return activity.adapted((_adapted(check, own) for check in activity.checks), version=activity.version + mark)

    def digest(self, activity: str) -> str:
        """Return what stands for everything that may change a report of this activity."""
        return _digest(self.running(activity), self.scoring(activity))

    def running(self, activity: str) -> str:
        """Return what stands for everything that changes what is run, and what is looked at."""
        given = (sorted(self.starter.files), sorted(self.starter.pictures), sorted(self.packages))
        return _digest(self.of(activity).required, given)

    def scoring(self, activity: str) -> str:
        """Return what stands for the rest: what changes what was found into points."""
        own = self.of(activity)
        return _digest(sorted(own.points.items()), sorted(own.wordings.items()), own.due, self.late)

    def finish(self, report: Report, submitted: datetime | None = None) -> Report:
        """Return a report with what the course takes off for a late hand-in, and what a reader should know.

        Without a time zone, `submitted` is by the clock of the course; where it is not known, nothing is taken off.
        """
        own = self.of(report.activity)
        notes = self.notes(report.activity)
        share = 0.0
        if self.late is not None and own.due is not None and submitted is not None:
            share = self.late.share(own.due, submitted)
            if share:
                how_late = f"{in_words(lateness(own.due, submitted))} after it was due ({own.due:%Y-%m-%d %H:%M})"
                notes.append(f"Handed in {how_late}: {100 * share:g} % of the points earned are taken off.")
        return replace(report, notes=(*report.notes, *notes), taken_off=share)

    def notes(self, activity: str) -> list[str]:
        """Return what a reader should know about the checks of this activity."""
        return [f"Checks as set by the course, in {self.source}."] if self.of(activity).changes_checks() else []


def _digest(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def _adapted(check: Check, own: ActivitySettings) -> Check:
    missing = [name for name in DELIVERABLES if own.required is not None and name not in own.required]
    own_to_it = (name for name in missing if DELIVERABLES[name].intersection(check.looks_at))
    reason = next((f"This course does not ask for the {name}." for name in own_to_it), "")
    function = functools.partial(_with, own.wordings, check.function) if own.wordings else check.function
    points = own.points.get(check.id, check.points)
    return replace(check, points=points, function=function, left_out=check.left_out or reason)


def _with(wordings: Mapping[str, tuple[str, ...]], function: Callable[..., None], **fixtures: object) -> None:
    """Call a check's function while other words are accepted."""
    with accepting(wordings):
        function(**fixtures)
