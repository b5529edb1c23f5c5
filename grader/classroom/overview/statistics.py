"""How a class did in numbers: the distribution of scores, and how hard and how telling each check is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean
from typing import TYPE_CHECKING

from grader.model.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.report import Report, Result

_BINS = 11  # ten of ten percent each, and full marks
_BAR = 1000
_FEWEST = 5
"""Students, below which it says nothing how a check goes with the rest."""


@dataclass(frozen=True)
class Bin:
    """One bar of the distribution; ``height`` of 100."""

    label: str
    students: int
    height: float


@dataclass(frozen=True)
class Part:
    """One status of a check's bar, in its own units."""

    status: str
    students: int
    start: int
    width: int


@dataclass(frozen=True)
class CheckNumbers:
    """One check in numbers.

    `difficulty` is the share of its points that was earned, of those that are decided: 1 is easy.  None where nothing
    is. `discrimination` is how it goes with the rest of the score, from -1 to 1 (the corrected item-total correlation).
    None where all did alike, or too few are decided.
    """

    id: str
    parts: tuple[Part, ...]
    difficulty: float | None
    discrimination: float | None


@dataclass(frozen=True)
class Statistics:
    """A class in numbers."""

    bins: tuple[Bin, ...]
    checks: tuple[CheckNumbers, ...]


def statistics(reports: Sequence[Report], checks: Sequence[str]) -> Statistics:
    """Work out the numbers of a class's reports, for these checks."""
    return Statistics(_bins(reports), tuple(_check(reports, id_) for id_ in checks))


def bin_of(report: Report) -> int | None:
    """Return the place of somebody's bar in the distribution; None where nothing is decided."""
    score = report.score
    if score.maximum <= score.pending:
        return None
    # A hair is added because points are sums of floats: 99.99999999 is full marks.
    return min(int((score.percent + 1e-6) // 10), _BINS - 1)


def _bins(reports: Sequence[Report]) -> tuple[Bin, ...]:
    counts = Counter(place for report in reports if (place := bin_of(report)) is not None)
    most = max(counts.values(), default=1)
    labels = [*(f"{10 * number}–{10 * number + 9}" for number in range(_BINS - 1)), "100"]  # noqa: RUF001 - a range
    return tuple(Bin(label, counts[at], round(100 * counts[at] / most, 1)) for at, label in enumerate(labels))


def _check(reports: Sequence[Report], id_: str) -> CheckNumbers:
    results = [
        (report, result) for report in reports for result in report.results if result.id == id_ and result.counts
    ]
    decided = [(report, result) for report, result in results if not result.pending and result.points]
    shares = [result.earned / result.points for _, result in decided]
    rest = [_rest(report, result) for report, result in decided]
    return CheckNumbers(
        id_, _parts([result for _, result in results]), fmean(shares) if shares else None, _goes_with(shares, rest)
    )


def _rest(report: Report, result: Result) -> float:
    """Return the share that somebody earned of everything else that is decided."""
    others = [each for each in report.results if each.counts and not each.pending and each.id != result.id]
    most = sum(each.points for each in others)
    return sum(each.earned for each in others) / most if most else 0.0


def _goes_with(shares: Sequence[float], rest: Sequence[float]) -> float | None:
    if len(shares) < _FEWEST:
        return None
    try:
        return correlation(shares, rest)
    except StatisticsError:  # all are alike
        return None


def _parts(results: Sequence[Result]) -> tuple[Part, ...]:
    counts = Counter(result.status for result in results)
    parts, before = [], 0
    for status in Status:
        if students := counts[status]:
            start, end = (round(_BAR * sum_ / len(results)) for sum_ in (before, before + students))
            parts.append(Part(status.value, students, start, end - start))
            before += students
    return tuple(parts)
