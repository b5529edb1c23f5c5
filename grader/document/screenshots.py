"""What a document's pictures show: which item each one is, and whether it shows what the handout asks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from grader.document.labelling.picture_looks import PictureLook
from grader.document.ocr.glancing import glance
from grader.document.ocr.recognition import recogniser
from grader.document.ocr.seeing import Seen
from grader.document.ocr.text_in_picture import TextInPicture
from grader.machine.installation import how_to_add
from grader.model.faults import MachineFault
from grader.model.outcome import Evidence
from grader.model.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.document.document import Document
    from grader.document.labelling.document_picture import Picture
    from grader.document.labelling.shots import Shot
    from grader.document.ocr.looking import SeenInPicture
    from grader.model.items import Item

_MOST_READ = 60
"""Pictures of one document; six times what any handout asks for."""

_FEWEST_OF_ANOTHER = 2
"""Pictures that show what another exercise asks for, before a document is said to be of that one."""


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
        self._pictures = document.pictures if document is not None else ()
        self._items = items
        self._keep = keep
        self._looked_at: list[Evidence] = []
        self._found: dict[tuple[str, str, int], SeenInPicture | None] = {}
        self._said: dict[str, Item] = {}
        self._texts: dict[int, TextInPicture | None] = {}
        self.recogniser: str | None = None
        """What has read the pictures, with its version; None as long as nothing has."""
        self.unread = ""
        """Why pictures are not read on this machine, and what to do; empty where they are."""

    def shot(self, id_: str) -> Shot:
        """Return the picture that is this item's; it becomes evidence, see `take_evidence`."""
        shot = self._shots[id_]
        if shot.picture is not None:
            sketched, found = shot.picture.sketch, self.found(id_)
            shown = Evidence(
                "picture",
                self._caption(shot.picture),
                path="",
                data=shot.picture.thumbnail if self._keep else b"",
                beside=f"evidence/{shot.item.beside}.png" if shot.item.beside else None,
                read=tuple(excerpt(line, 80) for line in (found.address, *found.lines) if line) if found else (),
                looked_for=found.things if found else (),
                pixels=sketched.pixels if sketched else "",
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

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be read, and what was counted against its label; nothing before a picture is asked for."""
        if self._document is None or "_shots" not in vars(self):
            return ()
        not_read = (self._document.not_read,) if self._document.unread else ()
        moved = []
        for shot in self._shots.values():
            number = shot.picture.item_number if shot.picture is not None else None
            if shot.picture is not None and shot.how == "content" and number not in (None, shot.item.number):
                moved.append(f"picture {shot.picture.number} (labelled {number}) is {shot.item.name}")
        if not moved:
            return not_read
        return (*not_read, f"{self._document.name} is numbered by what its pictures show: {'; '.join(moved)}.")

    def shows_rather(self, others: Mapping[str, Sequence[Item]]) -> str | None:
        """Return which other exercise's document it is, of those given with their items; None where it may be this.

        Only where no picture shows anything that this exercise asks for, and most show what the other does.
        """
        pictures = [each for each in self._pictures if self._text(each) is not None]
        if any(self._is_confirmed(item.id) for item in self._items):
            return None
        for name, items in others.items():
            fitting = [picture for picture in pictures if any(self._shows(item, picture, name) for item in items)]
            if len(fitting) >= _FEWEST_OF_ANOTHER and 2 * len(fitting) > len(pictures):
                return name
        return None

    def said_before(self, reason: str, item: Item) -> Item | None:
        """Return the item for which the same was said before; the reason is remembered for the ones to come."""
        first = self._said.setdefault(reason, item)
        return first if first.id != item.id else None

    def text(self, id_: str) -> str:
        """Return all that was read in an item's picture, from top to bottom."""
        shot = self._shots.get(id_)
        text = self._text(shot.picture) if shot is not None and shot.picture is not None else None
        return " / ".join(Seen(text.by_network()).lines) if text is not None and not self.unread else ""

    def take_evidence(self) -> list[Evidence]:
        """Hand over the pictures that were looked at since the last time; paths are given by the caller."""
        taken, self._looked_at = self._looked_at, []
        return taken

    @cached_property
    def _shots(self) -> dict[str, Shot]:
        if self._document is None:
            return {}
        return self._document.match(self._items, self._shows if self._can_be_read else None)

    @cached_property
    def _can_be_read(self) -> bool:
        """Whether there are pictures, and something to read them with."""
        if not self._pictures:
            return False
        self.recogniser = recogniser()
        if self.recogniser is None:
            self.unread = f"The text in pictures is read where that is installed: {how_to_add('ocr')}"
        return self.recogniser is not None

    def _text(self, picture: Picture) -> TextInPicture | None:
        """Return the text of a picture; None where it cannot be read, or there is nothing on it."""
        if picture.number > _MOST_READ or not self._can_be_read:
            return None
        if picture.number not in self._texts:
            look = picture.look(thumbnail=self._keep)
            readable = isinstance(look, PictureLook) and not look.blank
            self._texts[picture.number] = TextInPicture(picture) if readable else None
        return self._texts[picture.number]

    def _shows(self, item: Item, picture: Picture, of: str = "") -> bool:
        found = self._look(item, picture, of)
        return found is not None and found.confirmed

    def _look(self, item: Item, picture: Picture, of: str = "") -> SeenInPicture | None:
        key = of, item.id, picture.number
        if key not in self._found:
            self._found[key] = self._glance(item, picture)
        return self._found[key]

    def _glance(self, item: Item, picture: Picture) -> SeenInPicture | None:
        if item.shows is None or self.unread:
            return None
        with picture.held():
            text = self._text(picture)
            if text is None:
                return None
            try:
                return glance(item.shows, text, labelled=picture.item_number == item.number)
            except MachineFault as fault:
                self.recogniser, self.unread = None, f"{fault.message} {fault.hint or ''}".rstrip()
                return None
            finally:
                text.put_away()

    def _caption(self, picture: Picture) -> str:
        name = self._document.name if self._document is not None else ""
        label = f', labelled "{excerpt(picture.label, 60)}"' if picture.label else ", without a label"
        return f"Picture {picture.number} of {name}{label}"
