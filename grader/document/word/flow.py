"""What a reader of a document meets: lines of text and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from grader.document.word.numbering import ListNumber
    from grader.document.word.opening_docx import Limits


class Holder(Protocol):
    """What holds pictures' files, by name."""

    @property
    def shown_as(self) -> str:
        """What messages call the document."""
        ...

    @property
    def limits(self) -> Limits:
        """How much of it is looked at."""
        ...

    def read(self, name: str) -> bytes:
        """Return a file; `PartError` where it is damaged."""
        ...

    def fingerprint(self, name: str) -> tuple[int, int]:
        """Return a number and a size that are equal for equal files."""
        ...


class Crop(NamedTuple):
    """The share of a picture's width or height that is cut off at each side."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


@dataclass(frozen=True)
class NumberedLine:
    """A line of text with the automatic number in front of it."""

    text: str
    number: ListNumber | None


@dataclass(frozen=True)
class Placed:
    """A picture where it stands in the text.

    Parameters
    ----------
    holder
        What holds its file: the document, or what the document takes in.
    part
        Its name there; None where it is not there.
    linked
        It is only named, by an address outside the document.
    crop
        What is cut off.
    shown
        Width and height on the page in inches, None where they are not known.
    """

    holder: Holder
    part: str | None
    linked: bool
    crop: Crop
    shown: tuple[float, float] | None


Flow = list["NumberedLine | Placed"]
