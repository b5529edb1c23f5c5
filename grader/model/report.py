"""What is known when a submission has been graded: plain data, in the handout's order."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from grader.model.outcome import Evidence, Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from grader.model.text import WordsQuestion


@dataclass(frozen=True)
class Result:
    """One check and how it ended.

    Parameters
    ----------
    step
        The handout's step, for example ``"3"`` or ``"submission 4"``.
    points, earned
        What the check is worth, and what it gave.
    counts
        False where the check was left out on request: its points are not part of the maximum.
    pending
        True while its points are not decided: under review, skipped on this machine, or the grader's own error.
    traceback
        The grader's own traceback, for ``error`` only; never shown to students, kept in the JSON.
    reason
        Why, in one word, for programs: what has the same one is the same question; empty where there is none.
    note
        What a person who decided it tells the student; None where nobody has decided it.
    asked
        What it has asked about words, while that is in memory: reports do not hold it.
    supposed
        How it would have ended, likewise, if words of the handout were there that are not.
    """

    id: str
    step: str
    title: str
    status: Status
    points: float
    earned: float
    message: str = ""
    expected: str | None = None
    observed: str | None = None
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    seconds: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    counts: bool = True
    pending: bool = False
    traceback: str | None = None
    reason: str = ""
    note: str | None = None
    asked: tuple[WordsQuestion, ...] = field(default=(), repr=False, compare=False)
    supposed: tuple[Result, ...] = field(default=(), repr=False, compare=False)

    @property
    def waits(self) -> bool:
        """Whether a person has to decide it; what was not tried because of an undecided check waits for that one."""
        return self.counts and self.pending and self.status is not Status.BLOCKED


class ExactScore(NamedTuple):
    """Earned, pending and maximum, as they were written in the activity: without the noise of binary fractions."""

    earned: Fraction
    pending: Fraction
    maximum: Fraction

    @property
    def percent(self) -> Fraction:
        """What was earned of what could be decided, in percent; 100 where nothing could be."""
        decided = self.maximum - self.pending
        return Fraction(100) if decided <= 0 else 100 * self.earned / decided

    def scaled_to(self, possible: Fraction | None) -> Fraction:
        """Return the earned points where there is another maximum; 0 or None leaves them as they are."""
        return self.earned * possible / self.maximum if possible and self.maximum else self.earned


@dataclass(frozen=True)
class Score:
    """Earned, pending and maximum, in points."""

    earned: float
    pending: float
    maximum: float

    @functools.cached_property
    def percent(self) -> float:
        """What was earned of what could be decided, in percent; 100 where nothing could be."""
        return float(ExactScore(*map(exact, (self.earned, self.pending, self.maximum))).percent)


@dataclass(frozen=True)
class Handed:
    """What was handed in, as far as a report names it.

    Parameters
    ----------
    name
        The folder's or zip's name, without ``.zip``.
    student
        The name as the learning platform writes it; None where it is not known.
    source
        What the user named, for example ``doe_jane.zip``.
    files
        The files that were looked at, relative, with forward slashes.
    """

    name: str
    student: str | None
    source: str
    files: tuple[str, ...] = ()


NOT_RUN = "none"
"""The isolation of a report about what could not be opened."""


@dataclass(frozen=True)
class Environment:
    """What the grading ran on; None for what was not there or not used."""

    isolation: str
    browser: str | None
    ocr: str | None
    python: str


@dataclass(frozen=True)
class Report:
    """Everything that a report in any format says.

    Parameters
    ----------
    activity, title
        The activity's id (``activity-11.2``) and its title.
    notes
        What a reader should know about the whole, for example how the activity was recognised; one sentence each.
    started
        With time zone.
    seconds
        How long the grading took.
    taken_off
        The share of the points earned that a late hand-in costs, from 0 to 1.
    adjusted
        Points that a person has added after that, or taken off where it is below zero.
    adjusted_because
        Their reason.
    days_late
        How many days late it was, as a person has said.
    """

    grader: str
    activity: str
    title: str
    submission: Handed
    results: tuple[Result, ...]
    environment: Environment
    started: datetime
    seconds: float
    notes: tuple[str, ...] = ()
    taken_off: float = 0.0
    adjusted: float = 0.0
    adjusted_because: str = ""
    days_late: int | None = None

    @functools.cached_property
    def score(self) -> Score:
        """The three numbers that a grade is made of."""
        return Score(*map(float, self.exact_score))

    @functools.cached_property
    def exact_score(self) -> ExactScore:
        """The same without rounding; nobody has less than no points."""
        counted = [result for result in self.results if result.counts]
        earned = exact_sum(result.earned for result in counted) * (1 - exact(self.taken_off)) + exact(self.adjusted)
        return ExactScore(
            max(earned, Fraction(0)),
            exact_sum(result.points for result in counted if result.pending),
            exact_sum(result.points for result in counted),
        )


@functools.lru_cache(maxsize=1024)
def exact(number: float) -> Fraction:
    """Return a number as it is written: 0.1 is a tenth, not the binary fraction that is nearest to it."""
    return Fraction(repr(float(number)))


def exact_sum(numbers: Iterable[float]) -> Fraction:
    """Sum points as they are written in an activity."""
    return Fraction(sum(map(_decimal, numbers), Decimal(0)))  # a tenth of the time that fractions take


@functools.lru_cache(maxsize=1024)
def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))
