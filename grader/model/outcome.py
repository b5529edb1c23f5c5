"""How a check ends, and what it leaves as evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Literal

from grader.model.faults import StudentFault

if TYPE_CHECKING:
    from datetime import datetime


class Status(str, Enum):
    """The seven ways a check can end."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    BLOCKED = "blocked"
    REVIEW = "review"
    SKIPPED = "skipped"
    ERROR = "error"

    @property
    def meets_a_need(self) -> bool:
        """Whether a check that needs this one can be tried."""
        return self in (Status.PASSED, Status.PARTIAL)


@dataclass(frozen=True)
class StoredCookie:
    """One cookie in the browser's store.

    Parameters
    ----------
    value
        As stored, undecoded: Werkzeug puts a value with spaces in double quotes.
    expires
        None for a cookie that lives until the browser is closed.
    """

    name: str
    value: str
    path: str = "/"
    domain: str = "localhost"
    expires: datetime | None = None


Region = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of a picture's width and height."""


@dataclass(frozen=True)
class LookedFor:
    """One thing that a picture must show.

    Parameters
    ----------
    what
        In words.
    found
        Whether it is there; None where it was not looked for, as what it has to stand in was not found.
    places
        Where it was read; what must not be there, where it stands all the same.
    """

    what: str
    found: bool | None
    places: tuple[Region, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """A picture that shows what a check saw.

    Parameters
    ----------
    kind
        ``screenshot``: taken by the grader's browser.  ``picture``: taken from the student's Word document.
    path
        Where reports keep the picture, relative to the report's folder, for example ``evidence/add-browser-1.png``.
    data
        The image file's bytes; empty where no pictures were asked for.
    cookies
        The browser's cookie store at that moment; None where it was not looked at.
    beside
        For a picture from the document, the path of the grader's own screenshot of the same, which may not be there.
    read
        For a picture from the document, the lines read in it that are what the handout asks for.
    looked_for
        What it has to show, thing by thing, as far as the picture could be read.
    pixels
        Of a picture from the document, a hash of its grey pixels: equal whatever lossless format it was saved in.
    original
        Where the picture is kept as it was handed in, if it is; ``data`` may be smaller.
    original_data
        Its bytes, where it is to be written.
    """

    kind: Literal["screenshot", "picture"]
    caption: str
    path: str
    data: bytes = field(default=b"", repr=False)
    cookies: tuple[StoredCookie, ...] | None = None
    beside: str | None = None
    read: tuple[str, ...] = ()
    looked_for: tuple[LookedFor, ...] = ()
    pixels: str = ""
    original: str | None = None
    original_data: bytes = field(default=b"", repr=False)


class Failed(StudentFault):
    """Ends a check: the student's mistake."""


class Partial(StudentFault):
    """Ends a check: the behaviour is right, something the handout states is not."""


class Review(StudentFault):
    """Ends a check: evidence is there, a person has to decide."""
