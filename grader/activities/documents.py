"""Checks on the Word document, the same in every activity that asks for one."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from grader.rubric import Check, Failed, Review

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.document import Document, Item, Shot
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

    @functools.lru_cache(maxsize=1)
    def match(document: Document) -> Mapping[str, Shot]:
        return document.match([_item(id_, sentence) for id_, sentence in items.items()])

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
    from grader.document import Item

    _, number, *side = id_.split("-")
    return Item(id=id_, number=int(number), sentence=sentence, side=side[0] if side else None)


def _shot(id_: str, sentence: str, match: functools._lru_cache_wrapper[Mapping[str, Shot]], document: Document) -> None:
    shot = match(document)[id_]
    if shot.problem is not None:
        raise Failed(
            shot.problem,
            expected=sentence,
            hint="Put the screenshot in, with its number beside it.",
            file=document.name,
        )
    raise Review(
        f"Picture {shot.picture.number if shot.picture else '?'} of {document.name} is there for this item; "
        "a person has to look at what it shows.",
        expected=sentence,
        file=document.name,
    )
