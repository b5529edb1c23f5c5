"""GitHub Classroom: a folder of clones, ``<slug>-submissions/<slug>-<user name>/`` (github/gh-classroom; lms.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.platforms.exports.folder_names import clean_name
from grader.platforms.exports.handin import Person
from grader.platforms.exports.platform import ExportPiece, Platform
from grader.platforms.exports.whose import shared_words

if TYPE_CHECKING:
    from grader.platforms.exports.listing import Listing

_ENDING = "-submissions"


class GitHubClassroomExport(Platform):
    """Reads what ``gh classroom clone student-repos`` writes.

    `slug` is what every repository's name begins with; None where this is no folder of clones.
    """

    name = "GitHub Classroom"

    def __init__(self, slug: str | None = None) -> None:
        self._slug = slug

    @classmethod
    def for_listing(cls, listing: Listing) -> Platform:
        """Return a reader that knows the assignment's name, from the outer folder or from what the clones share."""
        if listing.outer.endswith(_ENDING):
            return cls(listing.outer.removesuffix(_ENDING))
        clones = listing.clones_at_the_top
        return cls(shared_words(clones) if len(clones) > 1 else None)

    def read(self, path: str) -> ExportPiece | None:
        """Say whose a path is."""
        folder, inside, file = path.partition("/")
        if self._slug is None or not inside or not folder.startswith(f"{self._slug}-"):
            return None
        user = folder.removeprefix(f"{self._slug}-")
        return ExportPiece(
            key=folder,
            name=clean_name(folder),
            path=file,
            person=Person(clean_name(user), {"github": user}),
        )
