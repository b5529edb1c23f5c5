"""What lies in an export: its paths, each with the place that it can be read from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.platforms.exports.whose import NOBODY

if TYPE_CHECKING:
    from pathlib import Path

    from grader.platforms.exports.file_place import FilePlace
    from grader.platforms.exports.whose import Enrolled


@dataclass(frozen=True)
class ExportEntry:
    """A file of an export, or an empty folder: then the path ends with a slash.

    Parameters
    ----------
    path
        Relative to the export, with forward slashes.
    size
        In bytes, unpacked.
    readable
        False for a folder that this machine does not let the grader look into.
    order
        When it was uploaded, where the platform tells: a later one has a higher number.
    """

    path: str
    size: int
    place: FilePlace
    readable: bool = True
    order: int = 0

    @property
    def top(self) -> str:
        """The first part of the path."""
        return self.path.partition("/")[0]


@dataclass(frozen=True)
class Listing:
    """Everything that an export holds.

    Parameters
    ----------
    source
        The folder or zip that the user named.
    entries
        Without junk, in the order of their paths.
    clones
        The folders that are git repositories.
    outer
        The name of the folder that holds the entries: the export's own, or a wrapper's.
    notes
        What was found and not listed, one sentence each.
    enrolled
        Who may have handed in, where a gradebook says so.
    """

    source: Path
    entries: tuple[ExportEntry, ...]
    clones: frozenset[str]
    outer: str
    notes: tuple[str, ...] = ()
    wrapper: str = ""
    enrolled: Enrolled = NOBODY

    @property
    def tops(self) -> dict[str, list[ExportEntry]]:
        """The entries by the first part of their path."""
        found: dict[str, list[ExportEntry]] = {}
        for entry in self.entries:
            found.setdefault(entry.top, []).append(entry)
        return found

    @property
    def clones_at_the_top(self) -> list[str]:
        """The git repositories that lie side by side, in their order."""
        return sorted(clone for clone in self.clones if clone != "." and "/" not in clone)

    def unwrapped(self) -> Listing | None:
        """Take off the one folder that holds everything; None where there is none."""
        tops = self.tops
        only = next(iter(tops), "")
        if len(tops) != 1 or not all("/" in entry.path.rstrip("/") for entry in self.entries):
            return None
        start = f"{only}/"
        return replace(
            self,
            entries=tuple(replace(entry, path=entry.path.removeprefix(start)) for entry in self.entries),
            clones=frozenset(clone.removeprefix(start) for clone in self.clones if clone != only),
            outer=only,
            wrapper=self.wrapper + start,
        )
