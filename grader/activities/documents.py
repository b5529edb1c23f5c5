"""Checks on the Word document, the same in every activity that asks for one."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from grader.rubric import Check, Failed, Item, Review

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.document import Document, Shot
    from grader.rubric import Activity


def require_document(document: Document) -> None:
    """Ask for a Word document that can be read and has pictures; opening it has found that out."""
    if not document.pictures:
        raise Failed(
            f"There is no picture in {document.name}.",
            hint="Put your screenshots into the document, each with its number.",
            file=document.name,
        )


def screenshots(activity: Activity, *, needs: Check, points: float, items: Mapping[str, str]) -> None:
    """Add a check for each screenshot that the handout asks for.

    Parameters
    ----------
    points
        What each is worth.
    items
        For each check's id, ``shot-4`` or ``shot-1-code``, what the handout lists for it.

    """
    activity.pictures = [_item(id_, sentence) for id_, sentence in items.items()]

    @functools.lru_cache(maxsize=1)
    def match(document: Document) -> Mapping[str, Shot]:
        return document.match(activity.pictures)

    for id_, sentence in items.items():
        number = id_.split("-")[1]
        activity.add(
            Check(
                id=id_,
                step=f"submission {number}",
                title=f"Screenshot {number}: {sentence}",
                points=points,
                function=functools.partial(_shot, id_, sentence, match),
                looks_at=("document",),
                needs=(needs.id,),
            )
        )


def _item(id_: str, sentence: str) -> Item:
    _, number, *side = id_.split("-")
    return Item(id=id_, number=int(number), sentence=sentence, side=side[0] if side else None)


def _shot(id_: str, sentence: str, match: Callable[[Document], Mapping[str, Shot]], document: Document) -> None:
    shot = match(document)[id_]
    if shot.wrong is not None:
        raise Failed(
            shot.problem or f"{document.name} has no usable picture for it.",
            expected=sentence,
            hint="Put the screenshot in, with its number beside it.",
            file=document.name,
        )
    number = shot.picture.number if shot.picture else None
    raise Review(shot.problem or f"Picture {number} of {document.name} is there; a person looks at what it shows.")
