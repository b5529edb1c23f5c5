"""What a document's pictures show: which item each one is, and whether it shows what the handout asks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from grader.document.labelling.sameness import pixels
from grader.document.ocr.looking import SeenInPicture, look_for
from grader.document.ocr.reading_cache import read_or_remember
from grader.document.ocr.recognition import recogniser
from grader.document.ocr.seeing import Seen
from grader.machine.installation import how_to_add
from grader.model.faults import MachineFault
from grader.model.outcome import Evidence
from grader.model.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.document.document import Document
    from grader.document.labelling.matching import Shot
    from grader.document.labelling.pictures import Picture
    from grader.model.items import Item

_MOST_READ = 60
"""Pictures of one document; six times what any handout asks for."""

_LONGEST_IN_REPORTS = 900
"""Pixels: a thumbnail on the page, and readable when it is enlarged."""


class Screenshots:
    """A document's pictures, each read when first asked about, and the items they are.

    Parameters
    ----------
    document
        None where there is none that can be opened; then nothing is confirmed.
    items
        What the handout asks for.
    keep
        Whether evidence comes with its picture, for reports.

    """

    def __init__(self, document: Document | None, items: Sequence[Item], *, keep: bool = False) -> None:
        self._document = document
        self._items = items
        self._keep = keep
        self._looked_at: list[Evidence] = []
        self._found: dict[tuple[str, int], SeenInPicture | None] = {}
        self.recogniser: str | None = None
        """What has read the pictures, with its version; None as long as nothing has."""
        self.unread = ""
        """Why pictures are not read on this machine, and what to do; empty where they are."""

    def shot(self, id_: str) -> Shot:
        """Return the picture that is this item's; it becomes evidence, see `take_evidence`."""
        shot = self._shots[id_]
        if shot.picture is not None:
            sketched = shot.picture.sketch
            shown = Evidence(
                "picture",
                self._caption(shot.picture),
                path="",
                data=shot.picture.thumbnail(_LONGEST_IN_REPORTS) if self._keep else b"",
                beside=f"evidence/{shot.item.beside}.png" if shot.item.beside else None,
                read=self._read(id_),
                pixels=pixels(sketched) if sketched is not None else "",
                original_data=shot.picture.original() if self._keep else b"",
            )
            self._looked_at.append(shown)
        return shot

    def found(self, id_: str) -> SeenInPicture | None:
        """Return what of an item's picture is what the handout asks for; None where it could not be read."""
        shot = self._shots.get(id_)
        if shot is None or shot.picture is None or shot.wrong is not None:
            return None
        return self._look(shot.item, shot.picture)

    def confirmed(self, *ids: str) -> bool:
        """Whether there are pictures for all of these items that show what the handout asks."""
        return all(self._is_confirmed(id_) for id_ in ids)

    def _is_confirmed(self, id_: str) -> bool:
        found = self.found(id_)
        return found is not None and found.confirmed and self._shots[id_].problem is None

    def shown_instead(self, id_: str) -> list[Item]:
        """Return the other items whose picture an item's picture looks like: perhaps two are swapped."""
        shot = self._shots[id_]
        others = (each for each in self._items if each.id != id_) if shot.picture is not None else ()
        return [each for each in others if shot.picture is not None and self._shows(each, shot.picture)]

    def text(self, id_: str) -> str:
        """Return all that was read in an item's picture, from top to bottom."""
        shot = self._shots.get(id_)
        seen = self._seen.get(shot.picture.number) if shot is not None and shot.picture is not None else None
        return " / ".join(seen.lines) if seen is not None else ""

    def take_evidence(self) -> list[Evidence]:
        """Hand over the pictures that were looked at since the last time; paths are given by the caller."""
        taken, self._looked_at = self._looked_at, []
        return taken

    @cached_property
    def _shots(self) -> dict[str, Shot]:
        if self._document is None:
            return {}
        return self._document.match(self._items, self._shows if self._seen else None)

    @cached_property
    def _seen(self) -> dict[int, Seen]:
        """All pictures that could be read, by number."""
        if self._document is None:
            return {}
        pictures = [each for each in self._document.pictures[:_MOST_READ] if each.fault is None and not each.blank]
        self.recogniser = recogniser()
        if self.recogniser is None:
            self.unread = f"The text in pictures is read where that is installed: {how_to_add('ocr')}"
            return {}
        try:
            readings = read_or_remember(pictures)
        except MachineFault as fault:
            self.recogniser, self.unread = None, f"{fault.message} {fault.hint or ''}".rstrip()
            return {}
        read = zip(pictures, readings, strict=True)
        return {picture.number: Seen(reading) for picture, reading in read if reading is not None}

    def _shows(self, item: Item, picture: Picture) -> bool:
        found = self._look(item, picture)
        return found is not None and found.confirmed

    def _look(self, item: Item, picture: Picture) -> SeenInPicture | None:
        key = item.id, picture.number
        if key not in self._found:
            seen = self._seen.get(picture.number)
            self._found[key] = look_for(item.shows, seen) if seen is not None and item.shows is not None else None
        return self._found[key]

    def _caption(self, picture: Picture) -> str:
        name = self._document.name if self._document is not None else ""
        label = f', labelled "{excerpt(picture.label, 60)}"' if picture.label else ", without a label"
        return f"Picture {picture.number} of {name}{label}"

    def _read(self, id_: str) -> tuple[str, ...]:
        found = self.found(id_)
        lines = (found.address, *found.lines) if found is not None else ()
        return tuple(excerpt(line, 80) for line in lines if line)
