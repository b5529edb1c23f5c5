"""What a document has for each item of an exercise: its picture, or what is wrong where none can count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.document.labelling.labels import Labelling, label_pictures
from grader.document.labelling.placing import Placing, place
from grader.document.labelling.sentences import Sentences
from grader.document.labelling.shots import Shot, judged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.document.labelling.document_picture import Picture
    from grader.document.word.flow import NumberedLine, Placed
    from grader.model.items import Item


def match(
    items: Sequence[Item],
    pictures: Sequence[Picture],
    flow: Sequence[NumberedLine | Placed],
    shown_as: str,
    shows: Callable[[Item, Picture], bool] | None = None,
) -> dict[str, Shot]:
    """Find each item's picture, and say what is wrong where there is none that can count.

    Parameters
    ----------
    shows
        Whether a picture shows what an item asks for; asked only where labels do not decide.
    """
    labelling = label_pictures(flow, _sentence_reader(items))
    found = place(items, pictures, labelling, shows)
    shots: dict[str, Shot] = {}
    for item in items:
        number = found.places.get(item.id)
        if number is not None:
            shot = Shot(item, pictures[number], found.how[item.id], item.id in found.shared)
            shots[item.id] = judged(shot, pictures[number], list(shots.values()), shown_as)
            continue
        missing = _missing(item, items, labelling, len(pictures), shown_as)
        if item.id in found.labelled:
            number = found.labelled[item.id]
            missing = _of_another(pictures[number], number, items, found, shown_as)
        shots[item.id] = Shot(item, wrong=None if item.id in found.unsure else "missing", problem=missing)
    return shots


def _sentence_reader(items: Sequence[Item]) -> Callable[[str], int | None] | None:
    sentences = {item.number: item.sentence for item in items if item.sentence}
    return Sentences(sentences).number if sentences else None


def _missing(item: Item, items: Sequence[Item], labelling: Labelling, count: int, shown_as: str) -> str:
    asked = f"{item.name}: {item.sentence}" if item.sentence else item.name
    numbers = sorted({label.number for label in labelling.labels if label and label.number is not None})
    if any(item.number in gap for gap in labelling.unused) and item.number not in numbers:
        return f"{shown_as} has a label for item {item.number}, but no picture that belongs to it ({asked})."
    if not numbers:
        many = f"{count} picture{'s' if count != 1 else ''}"
        return (
            f"{shown_as} has no picture for {asked}. It has {many} without numbers for {len(items)} items; "
            "write its number at each."
        )
    return f"{shown_as} has no picture for {asked}. Its pictures are labelled {', '.join(map(str, numbers))}."


def _of_another(picture: Picture, place: int, items: Sequence[Item], found: Placing, shown_as: str) -> str:
    """Say which item has got the picture that is labelled as this one's."""
    other = next(each for each in items if found.places.get(each.id) == place)
    label = f" is labelled {picture.item_number}, but" if picture.item_number is not None else ""
    return f"Picture {picture.number} in {shown_as}{label} shows what {other.name} asks for."


def matched(shots: Mapping[str, Shot]) -> int:
    """Count the items that have a picture of their own."""
    return sum(shot.picture is not None and not shot.wrong for shot in shots.values())
