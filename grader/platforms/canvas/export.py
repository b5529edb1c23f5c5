"""Canvas: one zip of files, each with the student's name, user id and attachment id before its own name.

``<name>[_LATE]_<user id>_<attachment id>_<file>``, anonymous ``[LATE_]anon_<id>_<attachment id>_<file>``, and
``…_<user id>_text.html`` or ``_link.html`` for what was typed
(instructure/canvas-lms ``lib/content_zipper.rb``; lms.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.platforms.exports.folder_names import clean_name
from grader.platforms.exports.handin import Person
from grader.platforms.exports.platform import ExportPiece, Platform

if TYPE_CHECKING:
    from grader.platforms.exports.listing import Listing

_FILE = r"(?:(?P<attachment>[0-9]+)_(?P<file>.+)|(?:text|link)\.html)"
_ANONYMOUS = re.compile(rf"(?P<late>LATE_)?(?P<name>anon_(?P<id>[A-Za-z0-9]+))_(?:LATE_)?{_FILE}", re.DOTALL)
# The first two numbers count: Canvas takes the underscores off numbers in a student's file names (from memory).
_NAMED = re.compile(rf"(?P<name>[^\s/]+?)_(?P<late>LATE_)?(?P<id>[0-9]+)_{_FILE}", re.DOTALL)


class CanvasExport(Platform):
    """Reads what Canvas writes."""

    name = "Canvas"
    flattens = True
    returns = "canvas-reports.zip"
    numbers = True

    def __init__(self, *, reads: bool = True) -> None:
        self._reads = reads

    @classmethod
    def for_listing(cls, listing: Listing) -> Platform:
        """Return a reader; one that reads nothing where ``jane_11_2_app.zip`` and others share their "user id"."""
        found = [piece for piece in map(cls().read, listing.tops) if piece is not None]
        names = {piece.name for piece in found}
        ids = {piece.person.ids.get("canvas", piece.name) for piece in found}
        return cls(reads=len(names) == 1 or len(ids) > 1)

    def read(self, path: str) -> ExportPiece | None:
        """Say whose a file is."""
        match = _ANONYMOUS.fullmatch(path) or _NAMED.fullmatch(path)
        if not self._reads or match is None or "/" in path:
            return None
        anonymous = match.re is _ANONYMOUS
        name = clean_name(match["name"])
        start = path[: match.start("file")] if match["file"] else None
        return ExportPiece(
            # The name is part of the key: who calls themselves like another's id is not taken for them.
            key=f"{name}_{match['id']}",
            name=name,
            path=match["file"] or "",
            person=Person(None if anonymous else name, {"anonymous" if anonymous else "canvas": match["id"]}),
            late=match["late"] is not None,
            order=int(match["attachment"] or 0),
            returned_as=start,
        )
