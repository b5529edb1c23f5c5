"""Which two students' hand-ins have something in common, in words: a row for each pair, a hint and never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.classroom.likeness.comparing import PicturePrint
    from grader.classroom.likeness.pairs import Pair
    from grader.classroom.overview.rows import ClassOverview, Row

MOST = 100
"""Pairs on the page: those that share most come first."""
_WORDS = 6


@dataclass(frozen=True)
class CommonRow:
    """Two students, what they share in a few words, and their pictures that are the same, with links to both."""

    one: Row
    other: Row
    says: tuple[str, ...]
    pictures: tuple[tuple[str, str, str, str], ...]


def in_common(class_: ClassOverview) -> list[CommonRow]:
    """Put the pairs into words; all of them, those that share most first."""
    rows = {row.report.submission.name: row for row in class_.rows}
    found = [(rows[pair.one], rows[pair.other], pair) for pair in class_.pairs if {pair.one, pair.other} <= rows.keys()]
    return [
        CommonRow(
            one,
            other,
            tuple(_says(pair, one, other)),
            tuple(_both(one, other, prints) for prints in (*pair.pictures, *pair.at_a_glance)),
        )
        for one, other, pair in found
    ]


def _says(pair: Pair, one: Row, other: Row) -> Iterator[str]:
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
        owner, holder = (one, other) if pair.author == pair.one else (other, one)
        yield f"{holder.student}'s document names {owner.student} as its author or last editor"


def _both(one: Row, other: Row, prints: tuple[PicturePrint, PicturePrint]) -> tuple[str, str, str, str]:
    """Return a picture's place in both documents, each with the address of the check that shows it."""
    named = [f"picture {each.number} of {each.document}" for each in prints]
    links = [row.link(_shown_by(row, each)) for row, each in zip((one, other), prints, strict=True)]
    return named[0], links[0], named[1], links[1]


def _shown_by(row: Row, picture: PicturePrint) -> str | None:
    """Find the check that shows a picture, by the number in its label."""
    prefix = f"shot-{picture.item}"
    ids = (result.id for result in row.report.results)
    return next((id_ for id_ in ids if id_ == prefix or id_.startswith(f"{prefix}-")), None)
