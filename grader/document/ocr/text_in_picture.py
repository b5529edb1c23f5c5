"""The text of one picture, read line by line as it is asked for, and kept so that a second look costs nothing.

One small file for each picture, named by its content and by what read it.  Many processes may use it at the same time.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from grader.document.ocr.line_finding import BelowLetters, Box, below_letters, find_lines
from grader.document.ocr.recognition import (
    SETTINGS,
    Reading,
    TextLine,
    read_by_network,
    read_line,
    readable,
    recogniser,
    share_of,
)
from grader.machine import user_cache
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.document.labelling.document_picture import Picture
    from grader.document.ocr.condensing import Pixels


_T = TypeVar("_T")
_ROOM = 0.1
"""Heights of a line's letters: so much of the space above and below belongs to the line."""


class TextInPicture:
    """What is written on a picture.

    What is read of a line depends on its pixels alone, never on what was read before.
    """

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._pixels: Pixels | None = None
        self._shape: tuple[int, ...] = (0, 0)
        self._lines: list[Box] | None = None
        self._texts: dict[int, str] = {}
        self._below: dict[int, BelowLetters] = {}
        self._by_network: Reading | None = None
        self._changed = False
        with suppress(OSError, ValueError, TypeError, LookupError, RecursionError, AttributeError):
            self._load()

    @property
    def lines(self) -> list[Box]:
        """Where there is text, from top to bottom; none where the picture cannot be looked at."""
        if self._lines is None:
            self._changed = True
            self._lines = _guarded(lambda: find_lines(self._decoded())) or []
        return self._lines

    def read(self, numbers: Iterable[int]) -> Reading:
        """Read some of the lines, by their places in `lines`.

        Raises `MachineFault`: the recogniser is installed, but does not start.
        """
        return tuple(self._text_line(number) for number in sorted(set(numbers)))

    def below_letters(self, number: int) -> BelowLetters:
        """Return what may stand below a line's letters, which is seen without reading it; see `line_finding`."""
        if number not in self._below:
            self._changed = True
            seen = _guarded(lambda: below_letters(self._decoded(), self.lines[number]))
            self._below[number] = seen or BelowLetters(underscores=True, tails=True)
        return self._below[number]

    def by_network(self) -> Reading:
        """Read everything that a network finds: for photographs, and whatever else has no clear lines.

        Raises `MachineFault`: the recogniser is installed, but does not start.
        """
        if self._by_network is None:
            self._changed = True
            self._by_network = _guarded(lambda: read_by_network(self._picture.image())) or ()
        return self._by_network

    def put_away(self) -> None:
        """Keep what was read for the next time, and forget the pixels."""
        self._pixels = None
        if self._changed and self._name is not None:
            self._changed = False
            data = {
                "lines": self.lines,
                "shape": self._shape[:2],
                "texts": self._texts,
                "below": self._below,
                "network": self._by_network,
            }
            user_cache.keep(self._name, data)

    def _text_line(self, number: int) -> TextLine:
        box = self.lines[number]
        if number not in self._texts:
            self._changed = True
            self._texts[number] = _guarded(lambda: read_line(self._decoded(), box)) or ""
        room = round(_ROOM * box.height)
        place = share_of(box, self._shape)
        return TextLine(self._texts[number], box.left, box.top - room, box.right, box.bottom + room, place)

    def _decoded(self) -> Pixels:
        if self._pixels is None:
            self._pixels = readable(self._picture.image())
            self._shape = self._pixels.shape
        return self._pixels

    @cached_property
    def _name(self) -> str | None:
        """What it is kept under: named by what its pixels depend on, its file and its crop, and by what reads it."""
        key = self._picture.key
        if key is None:
            return None
        by = hashlib.sha256(f"{recogniser()}; settings {SETTINGS}".encode()).hexdigest()[:16]
        return f"ocr/{by}/{key}"

    def _load(self) -> None:
        if self._name is None:
            return
        data = user_cache.kept(self._name)
        lines = [Box(*map(int, each)) for each in data["lines"]]
        texts = {int(number): _text(text) for number, text in data["texts"].items()}
        below = {int(number): BelowLetters(*map(bool, may)) for number, may in data["below"].items()}
        network = data["network"]
        shape = tuple(map(int, data["shape"]))
        if any(not 0 <= number < len(lines) for number in (*texts, *below)) or (lines and not all(shape)):
            raise ValueError("a line that is not there")
        if network is not None:
            self._by_network = tuple(map(_network_line, network))
        self._lines, self._texts, self._below, self._shape = lines, texts, below, shape


def _network_line(kept: Any) -> TextLine:
    text, left, top, right, bottom, place = kept
    return TextLine(_text(text), int(left), int(top), int(right), int(bottom), share_of(place, (1, 1)))


def _guarded(read: Callable[[], _T]) -> _T | None:
    """Read, but for what a stranger's picture does to the models' libraries."""
    try:
        return read()
    except MachineFault:
        raise
    except Exception:  # noqa: BLE001 - it can trip them anywhere
        return None


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no text")
    return text
