"""No platform at all: a folder of folders, of zips, or of both; or one hand-in by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.platforms.exports.folder_names import clean_name
from grader.platforms.exports.platform import ExportPiece, Platform
from grader.submission.unpacking import is_archive

if TYPE_CHECKING:
    from grader.platforms.exports.listing import ExportEntry, Listing

_DOCUMENTS = (".docx", ".doc", ".odt", ".pdf", ".pages", ".rtf")


class PlainExport(Platform):
    """Takes each folder, each archive and each Python file at the top for one hand-in."""

    name = "no platform"

    @classmethod
    def for_listing(cls, listing: Listing) -> Platform:
        """Return a reader that knows which documents lie beside a folder or archive of the same name."""
        owners = {_stem(top): f"folder {top}" for top, entries in listing.tops.items() if _is_folder(entries)}
        owners |= {_stem(top): f"file {_stem(top)}" for top in listing.tops if is_archive(top)}
        return cls(owners)

    def __init__(self, owners: dict[str, str]) -> None:
        self._owners = owners

    def read(self, path: str) -> ExportPiece | None:
        """Say whose a path is."""
        top, inside, file = path.partition("/")
        if inside:
            return ExportPiece(key=f"folder {top}", name=clean_name(top), path=file)
        stem = _stem(top)
        if is_archive(top) or top.lower().endswith(".py"):
            return ExportPiece(key=f"file {stem}", name=clean_name(stem), path=top)
        if top.lower().endswith(_DOCUMENTS) and stem in self._owners:
            return ExportPiece(key=self._owners[stem], name=clean_name(stem), path=top)
        return None


def is_one_hand_in(listing: Listing, *, alone: bool) -> bool:
    """Whether a folder or zip without a platform's marks is one student's work, not a class's.

    Where it is all that the user named (`alone`), a folder is more likely to be a class, even of one.
    """
    if _is_a_project(listing):
        return True
    if holds_several(listing):
        return False
    tops = listing.tops
    if any(top.lower().endswith(".py") for top in tops):
        return True
    folders = [top for top, entries in tops.items() if _is_folder(entries)]
    packed = [top for top in tops if is_archive(top)]
    if listing.source.is_file() or not alone:
        return len(folders) + len(packed) < 2  # noqa: PLR2004 - two may be two students, even with nothing to run
    own = not folders and not packed
    return own or any(top.lower().endswith(_DOCUMENTS) for top in tops if top not in folders)


def holds_several(listing: Listing) -> bool:
    """Whether two or more folders or archives at the top hold something to grade, and nothing beside them does."""
    if _is_a_project(listing):
        return False
    tops = listing.tops.items()
    return sum(is_archive(top) or (_is_folder(entries) and _holds_work(entries)) for top, entries in tops) > 1


def _is_a_project(listing: Listing) -> bool:
    return "app.py" in listing.tops or "templates" in listing.tops


def _is_folder(entries: list[ExportEntry]) -> bool:
    return "/" in entries[0].path


def _holds_work(entries: list[ExportEntry]) -> bool:
    return any(entry.path.lower().endswith(".py") or is_archive(entry.path) for entry in entries)


def _stem(name: str) -> str:
    before, dot, _ = name.rpartition(".")
    return before if dot and before else name
