"""What the page of pairs shows: side by side, which check's picture is the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.classroom.likeness.pairs import Pair
    from grader.classroom.session import ClassSession
    from grader.model.report import Report

_MOST = 300


@dataclass(frozen=True)
class Place:
    """Where a picture can be seen: a check, and its number among the check's pictures."""

    check: str
    number: int


@dataclass(frozen=True)
class Shown:
    """A pair, with the pictures of both that can be put side by side."""

    pair: Pair
    pictures: tuple[tuple[Place, Place], ...]


def in_common(session: ClassSession) -> list[Shown]:
    """Return the pairs, those that share most first."""
    reports = {one.hand_in.name: one.report for one in session.standings()}
    places = {name: _places(report) for name, report in reports.items()}
    return [_shown(pair, places) for pair in session.pairs()[:_MOST]]


def _places(report: Report) -> Mapping[str, Place]:
    return {
        evidence.pixels: Place(result.id, number)
        for result in report.results
        if result.counts
        for number, evidence in enumerate(result.evidence)
        if evidence.pixels
    }


def _shown(pair: Pair, places: Mapping[str, Mapping[str, Place]]) -> Shown:
    both = ((places[pair.one].get(one.pixels), places[pair.other].get(other.pixels)) for one, other in pair.pictures)
    return Shown(pair, tuple((one, other) for one, other in both if one is not None and other is not None))
