"""Which two students' hand-ins have something in common, in words: a row for each pair, a hint and never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from grader.classroom.likeness.fingerprints import PicturePrint
    from grader.classroom.likeness.pairs import Pair
    from grader.classroom.overview.rows import ClassOverview, OverviewRow

MOST = 100
"""Pairs on the page: those that share most come first."""
_WORDS = 6


@dataclass(frozen=True)
class PictureSpot:
    """Where a picture can be seen: what it is called, the check that shows it, and its number among the check's."""

    called: str
    check: str | None = None
    number: int | None = None


@dataclass(frozen=True)
class CommonRow:
    """Two students, what they share in a few words, and their pictures that are the same."""

    one: OverviewRow
    other: OverviewRow
    says: tuple[str, ...]
    pictures: tuple[tuple[PictureSpot, PictureSpot], ...]


def in_common(class_: ClassOverview, name: Callable[[OverviewRow], str] = lambda row: row.student) -> list[CommonRow]:
    """Put the pairs into words, those that share most first.

    `name` gives the name to show.
    """
    rows = {row.name: row for row in class_.rows}
    found = [(rows[pair.one], rows[pair.other], pair) for pair in class_.pairs if {pair.one, pair.other} <= rows.keys()]
    places = {row.name: _places(row) for one, other, _ in found for row in (one, other)}
    return [
        CommonRow(
            one,
            other,
            tuple(_says(pair, *((other, one) if pair.author == pair.other else (one, other)), name)),
            tuple(
                (_place(one, its, places[one.name]), _place(other, others, places[other.name]))
                for its, others in (*pair.pictures, *pair.at_a_glance)
            ),
        )
        for one, other, pair in found
    ]


def _says(pair: Pair, owner: OverviewRow, holder: OverviewRow, name: Callable[[OverviewRow], str]) -> Iterator[str]:
    if pair.pictures:
        yield f"{len(pair.pictures)} of {wording.count(pair.of, 'picture')} the same"
    if pair.at_a_glance:
        yield f"{len(pair.at_a_glance)} alike at a glance"
    if pair.code is not None:
        but_for = "comments and formatting" if pair.code == "equal" else "names, type hints or order"
        words = ", ".join(f"`{word}`" for word in pair.words[:_WORDS])
        statements = wording.count(pair.statements, "own statement")
        yield f"{statements} equal but for {but_for}; hardly anyone else uses {words}"
    if pair.author is not None:
        yield f"{name(holder)}'s document names {name(owner)} as its author or last editor"


def _places(row: OverviewRow) -> Mapping[str, tuple[str, int]]:
    """Return where each picture of a report can be seen, by its pixels."""
    return {
        evidence.pixels: (result.id, number)
        for result in row.report.results
        if result.counts
        for number, evidence in enumerate(result.evidence)
        if evidence.pixels
    }


def _place(row: OverviewRow, picture: PicturePrint, places: Mapping[str, tuple[str, int]]) -> PictureSpot:
    """Find where a picture is shown: by itself, else by the number in its label."""
    called = f"picture {picture.number} of {picture.document}"
    if picture.pixels in places:
        return PictureSpot(called, *places[picture.pixels])
    prefix = f"shot-{picture.item}"
    ids = (result.id for result in row.report.results)
    return PictureSpot(called, next((id_ for id_ in ids if id_ == prefix or id_.startswith(f"{prefix}-")), None))
