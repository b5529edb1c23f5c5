"""Moodle: a folder for each student, or the same words before each file's name.

``<Full name>_<participant id>_assignsubmission_file/``, in older versions with a trailing ``_``; with folders off a
prefix of the file's name; ``_onlinetext`` for what was typed; ``Participant`` for a name under blind marking
(moodle/moodle ``mod/assign/classes/downloader.php``; lms.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.platforms.exports.folder_names import clean_name
from grader.platforms.exports.handin import Person
from grader.platforms.exports.platform import ExportPiece, Platform

if TYPE_CHECKING:
    from grader.platforms.exports.listing import Listing

_WHOSE = r"(?P<name>[^/]+?)_(?P<id>[0-9]+)_assignsubmission_(?P<kind>[a-z]+)"
_IN_FOLDER = re.compile(rf"{_WHOSE}_?/(?P<file>.*)", re.DOTALL)
# With folders off, a student's own folders come before the prefix (from memory).
_PREFIXED = re.compile(rf"(?P<folder>(?:[^/]+/)*){_WHOSE}_(?P<file>[^/]+)", re.DOTALL)
_BLIND = re.compile(r"Participant( [0-9]+)?")


class MoodleExport(Platform):
    """Reads what Moodle writes, in one of its two forms."""

    name = "Moodle"
    flattens = True
    returns = "moodle-feedback.zip"

    def __init__(self, form: re.Pattern[str] = _IN_FOLDER) -> None:
        self._form = form

    @classmethod
    def for_listing(cls, listing: Listing) -> Platform:
        """Return a reader for the form that is used at the top: below, students' own names could look like either."""
        prefixed = any(_PREFIXED.fullmatch(entry.path) for entry in listing.entries if "/" not in entry.path)
        return cls(_PREFIXED if prefixed else _IN_FOLDER)

    def read(self, path: str) -> ExportPiece | None:
        """Say whose a path is."""
        match = self._form.fullmatch(path)
        if match is None:
            return None
        name, number = clean_name(match["name"]), match["id"]
        if _BLIND.fullmatch(name):
            name = f"Participant {number}"
        own = match["kind"] == "file"
        folder = match["folder"] if self._form is _PREFIXED else ""
        return ExportPiece(
            key=f"{name}_{number}",
            name=name,
            path=folder + match["file"] if own else "",
            person=Person(name, {"moodle": number}),
            returned_as=path[len(folder) : match.start("file")] if own else None,
        )
