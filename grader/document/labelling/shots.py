"""What a document has for each item, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from grader.document.labelling.sameness import same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.document.labelling.document_picture import Fault, Picture
    from grader.model.items import Item

_SHARED_CROP = 0.95

How = Literal["label", "order", "content"]
Wrong = Literal["missing", "blank", "repeated", "too large"]
_WRONG: dict[Fault, Wrong] = {"linked": "missing", "lost": "missing", "too large": "too large"}


@dataclass(frozen=True)
class Shot:
    """What the document has for one item.

    Parameters
    ----------
    how
        How the picture was found to be this item's; None where there is none.
    shared
        It also serves the other item of the same number: one picture may show code and browser side by side.
    same_as
        The id of an earlier item with the same picture.
    wrong
        Why it cannot count, in one word; None where a person may look at it.
    problem
        The same in words for the student; also where a picture is there that cannot be looked at here.
    """

    item: Item
    picture: Picture | None = None
    how: How | None = None
    shared: bool = False
    same_as: str | None = None
    wrong: Wrong | None = None
    problem: str | None = None


def judged(shot: Shot, picture: Picture, earlier: Sequence[Shot], shown_as: str) -> Shot:
    """Say what is wrong with a picture, if anything: itself, or that an earlier item has it already."""
    item, this = shot.item, f"The picture for {shot.item.name} (picture {picture.number} in {shown_as})"
    twins = [each for each in earlier if _repeats(shot, each)]
    if twins:
        # Two windows that have to look alike may be equal to the pixel: only the same file is surely the same picture.
        alike = [each for each in twins if item.shows is not None and item.shows == each.item.shows]
        twin = (alike or twins)[0]
        honest = bool(alike) and twin.picture is not None and not _same_file(picture, twin.picture)
        likeness = "looks the same as" if honest else "is the same as"
        return replace(
            shot,
            same_as=twin.item.id,
            wrong=None if honest else "repeated",
            problem=f"{this} {likeness} the one for {twin.item.name} "
            f"(picture {twin.picture.number if twin.picture else '?'}).",
        )
    if picture.fault:
        return replace(shot, wrong=_WRONG.get(picture.fault), problem=picture.problem)
    if picture.blank:
        return replace(shot, wrong="blank", problem=f"{this} is blank: there is nothing on it.")
    return shot


def _repeats(shot: Shot, earlier: Shot) -> bool:
    """Whether an earlier item of another number has the same picture."""
    one, other = shot.picture, earlier.picture
    if one is None or other is None or shot.item.number == earlier.item.number or earlier.same_as:
        return False
    return same_picture(one, other)


def same_picture(one: Picture, other: Picture) -> bool:
    """Whether two pictures are the same image; two crops of one file are not."""
    if _same_file(one, other):
        return True
    if one.blank or other.blank or one.sketch is None or other.sketch is None:
        return False
    return same(one.sketch, other.sketch)


def _same_file(one: Picture, other: Picture) -> bool:
    return one.identity == other.identity and _overlap(one, other) >= _SHARED_CROP


def _overlap(one: Picture, other: Picture) -> float:
    a, b = one.crop, other.crop
    width = 1 - max(a.left, b.left) - max(a.right, b.right)
    height = 1 - max(a.top, b.top) - max(a.bottom, b.bottom)
    both = max(width, 0) * max(height, 0)
    areas = [(1 - each.left - each.right) * (1 - each.top - each.bottom) for each in (a, b)]
    return both / (sum(areas) - both)
