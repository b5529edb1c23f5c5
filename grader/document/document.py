"""A student's Word document: its pictures, and which item each of them is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.document.labelling.document_picture import Picture
from grader.document.labelling.labels import label_pictures
from grader.document.labelling.matching import match, matched
from grader.document.word.flow import Flow, NumberedLine, Placed
from grader.document.word.opening_docx import (
    DEFAULT_LIMITS,
    DocumentFault,
    Limits,
    Package,
    authors_of,
    open_package,
)
from grader.document.word.reading_order import read
from grader.model.faults import StudentFault
from grader.model.text import listed
from grader.submission.starter import HANDED_OUT, Starter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from grader.document.labelling.shots import Shot
    from grader.model.items import Item


_NUMBER = re.compile(r"(\d{1,9})")
_MAKE_IT_WHOLE = "Open it in Word, save it, and hand that file in: then all of it is in the document itself."


class Document:
    """A Word document, or several that are read as one; use `open` or `best` to make one.

    Attributes
    ----------
    name
        What messages call it.
    pictures
        Its pictures in reading order, without icons and what is in headers and footers.
    unread
        The names of the files it takes in (``altChunk``) that cannot be read here.
    """

    def __init__(self, *parts: tuple[Package, Flow], unread: tuple[str, ...] = ()) -> None:
        self.name = " and ".join(package.shown_as for package, _ in parts)
        self.unread = unread
        self._parts = parts
        self._flow = [each for _, flow in parts for each in flow]
        labels = label_pictures(self._flow).labels
        placed = [each for each in self._flow if isinstance(each, Placed)]
        self.pictures: tuple[Picture, ...] = tuple(
            Picture(each, number, label) for number, (each, label) in enumerate(zip(placed, labels, strict=True), 1)
        )

    @classmethod
    def open(
        cls, source: Path | bytes, shown_as: str, limits: Limits = DEFAULT_LIMITS, starter: Starter = HANDED_OUT
    ) -> Document:
        """Open a document.

        Parameters
        ----------
        source
            Its path, or its bytes.
        shown_as
            What messages call it: its path relative to the submission.
        starter
            What students were given: its pictures are not theirs, and count for nothing.

        Raises
        ------
        StudentFault
            It cannot be opened, is something else, or has no picture; the message says which.
        """
        package = open_package(source, shown_as, limits)
        flow, unread = read(package)
        document = cls((package, _without_decoration(_own(flow, starter))), unread=unread)
        if not document.pictures:
            raise _no_pictures(package, flow, unread, starter)
        if all(picture.only_linked for picture in document.pictures):
            raise StudentFault(
                f"The pictures in {shown_as} are only linked, not in the document: nobody else can see them.",
                file=shown_as,
                hint="Insert them with Insert > Pictures > This Device > Insert (not Link to File).",
            )
        return document

    @classmethod
    def best(
        cls, sources: Sequence[tuple[Path | bytes, str]], items: Sequence[Item], starter: Starter = HANDED_OUT
    ) -> Document:
        """Open several documents and read them as one, in the natural order of their names.

        Where one alone has the pictures of as many items, it is taken: the others are another exercise's, or copies.

        Parameters
        ----------
        sources
            Each path or content, and what messages call it; of equals the first is taken.

        Raises
        ------
        StudentFault
            None of them can be used; the message is the first one's.
        """
        opened: list[Document] = []
        faults: list[StudentFault] = []
        for source, shown_as in sources:
            try:
                opened.append(cls.open(source, shown_as, starter=starter))
            except StudentFault as fault:  # noqa: PERF203 - few
                faults.append(fault)
        if not opened:
            raise faults[0] if faults else StudentFault("No Word document is handed in.")
        if len(opened) == 1:
            return opened[0]
        in_order = sorted(opened, key=lambda each: _natural_order(each.name))
        unread = tuple(name for each in in_order for name in each.unread)
        whole = cls(*(part for each in in_order for part in each._parts), unread=unread)  # noqa: SLF001 - its own class
        best = max(opened, key=lambda each: (matched(each.match(items)), len(each.pictures)))
        return whole if not items or matched(whole.match(items)) > matched(best.match(items)) else best

    @property
    def authors(self) -> tuple[str, ...]:
        """Who has made it and who has saved it last, as Word writes it into the file; what is no name is left out."""
        return tuple(dict.fromkeys(name for package, _ in self._parts for name in authors_of(package)))

    def match(self, items: Sequence[Item], shows: Callable[[Item, Picture], bool] | None = None) -> dict[str, Shot]:
        """Find each item's picture, by label first, order second and content last; keys are the items' ids.

        Parameters
        ----------
        shows
            Whether a picture shows what an item asks for; None where pictures are not read.
        """
        shots = match(items, self.pictures, self._flow, self.name, shows)
        if not self.unread:
            return shots
        return {
            id_: replace(shot, wrong=None, problem=f"{shot.problem} {self.not_read}") if not shot.picture else shot
            for id_, shot in shots.items()
        }

    @property
    def not_read(self) -> str:
        """What of it cannot be read, in a sentence; empty where all can be."""
        return _not_read(self.name, self.unread) if self.unread else ""


def _natural_order(file: str) -> tuple[tuple[tuple[int, str], ...], str]:
    """Return what names are sorted by so that ``Part 10`` comes after ``Part 9``."""
    pieces = _NUMBER.split(file.lower())
    return tuple((int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces), file


def _without_decoration(flow: Flow) -> Flow:
    """Leave out icons, bullets and rulers, and small pictures that stand without a label."""
    flow = [each for each in flow if isinstance(each, NumberedLine) or not Picture(each).decoration]
    labels = iter(label_pictures(flow).labels)
    kept: Flow = []
    for each in flow:
        if isinstance(each, Placed):
            label = next(labels)
            numbered = label is not None and label.number is not None and label.direct
            if not numbered and Picture(each).small_on_page:
                continue
        kept.append(each)
    return kept


def _own(flow: Flow, starter: Starter) -> Flow:
    """Leave out pictures that came with the starter."""
    return [each for each in flow if isinstance(each, NumberedLine) or not _was_given(each, starter)]


def _was_given(placed: Placed, starter: Starter) -> bool:
    content = Picture(placed).content if starter.pictures else None
    return content is not None and starter.has_picture(content)


def _not_read(name: str, unread: tuple[str, ...]) -> str:
    return f"{name} takes in {listed(unread, 3)}, which cannot be read here."


def _no_pictures(package: Package, flow: Flow, unread: tuple[str, ...], starter: Starter) -> StudentFault:
    if unread:
        return StudentFault(_not_read(package.shown_as, unread), file=package.shown_as, hint=_MAKE_IT_WHOLE)
    hint = "Paste your screenshots into the document's text, each with its number."
    if any(isinstance(each, Placed) and _was_given(each, starter) for each in flow):
        what = "no picture of your own: its pictures came with the starter"
    elif any(isinstance(each, Placed) for each in flow):
        what = "no screenshots: all its pictures are as small as icons"
    elif any("/media/" in name for name in package.names):
        what = "no picture in its text (pictures in headers, footers and notes, and deleted ones, do not count)"
    else:
        what = "no picture in it"
    return DocumentFault(package.shown_as, f"has {what}", hint)
