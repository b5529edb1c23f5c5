"""What every platform's module offers: whose each path of an export is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from grader.platforms.exports.handin import Person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from grader.platforms.exports.listing import Listing


@dataclass(frozen=True)
class ExportPiece:
    """What a path in an export says.

    Parameters
    ----------
    key
        Whose it is: the same for all that one student handed in.
    name
        The student's part of the path, from which the hand-in gets its name.
    path
        The file as the student named it, with a slash at the end for an empty folder; empty for what the platform wrote
        itself.
    attempt
        Which attempt it belongs to; a later one sorts higher.
    order
        Which of two files of the same name is the later one.
    returned_as
        What comes before a file's name when it is uploaded for this student again.
    """

    key: str
    name: str
    path: str
    person: Person = field(default_factory=Person)
    attempt: str = ""
    submitted: datetime | None = None
    late: bool = False
    order: int = 0
    returned_as: str | None = None


@dataclass(frozen=True)
class Known:
    """What a platform's own files (receipts, metadata) say of a hand-in."""

    people: tuple[Person, ...] = ()
    submitted: datetime | None = None
    notes: tuple[str, ...] = ()


class Platform(ABC):
    """How one platform writes submissions."""

    name: ClassVar[str]
    """As a sentence calls it."""
    flattens: ClassVar[bool] = False
    """Whether it takes a student's loose files out of their folders."""
    numbers: ClassVar[bool] = False
    """Whether it puts a number after the name of a file that is uploaded again."""
    returns: ClassVar[str | None] = None
    """The name of the zip that gives each student their report back through the platform."""

    @classmethod
    def for_listing(cls, listing: Listing) -> Platform:  # noqa: ARG003 - most need not
        """Return a reader for an export, for those that must look at the whole first."""
        return cls()

    @abstractmethod
    def read(self, path: str) -> ExportPiece | None:
        """Say whose a path is; None where this platform would not write it.

        The path is relative to the export; an empty folder's ends with a slash.
        """

    def is_nobodys(self, path: str) -> bool:  # noqa: ARG002 - most write nothing of the kind
        """Whether a path is of the platform's own making and belongs to no student."""
        return False

    def learn(self, listing: Listing) -> Mapping[str, Known]:  # noqa: ARG002
        """Read what the platform wrote about hand-ins, by their keys."""
        return {}
