"""Brightspace: a folder for each attempt, or the same words before each file's name.

``<id>-<id> - <name> - Nov 1, 2026 1000 AM/``, with the date as the course's language writes it, or the student's number
first: ``A01234567_Jane Doe_Nov 20, 2026 1530_app.py``; ``index.html`` at the top belongs to nobody
(saritonin/academic-shell-scripts, OfficeCoffee/GradingFileProject).
"""

from __future__ import annotations

import re

from grader.platforms.brightspace.moment import MOMENT, read_moment
from grader.platforms.exports.folder_names import clean_name
from grader.platforms.exports.handin import Person
from grader.platforms.exports.platform import ExportPiece, Platform

_FILE = re.compile(
    rf"(?P<user>\d+)-(?P<item>\d+) - (?P<name>[^/]+?) - (?P<time>{MOMENT})(?: - (?P<file>[^/]+)|/(?P<inside>.*))",
    re.DOTALL,
)
_NUMBER_FIRST = re.compile(
    rf"(?P<user>[A-Za-z]{{0,3}}\d{{4,}})_(?P<name>[^/_]+)_(?P<time>{MOMENT})(?:_(?P<file>[^/]+)|/(?P<inside>.*))",
    re.DOTALL,
)


class BrightspaceExport(Platform):
    """Reads what Brightspace writes."""

    name = "Brightspace"
    flattens = True

    def read(self, path: str) -> ExportPiece | None:
        """Say whose a path is."""
        match = _FILE.fullmatch(path) or _NUMBER_FIRST.fullmatch(path)
        if match is None:
            return None
        name = clean_name(match["name"])
        # Which of two ids is the student's is not written anywhere: both together are one student's.
        item = match["item"] if match.re is _FILE else ""
        submitted = read_moment(match["time"])
        file = match["file"] or match["inside"] or ""
        return ExportPiece(
            key=f"{match['user']}-{item} {name}",
            name=name,
            path=file,
            person=Person(name, {"brightspace" if item else "sid": match["user"]}),
            attempt=f"{submitted:%Y-%m-%d %H:%M}" if submitted else match["time"],
            submitted=submitted,
        )

    def is_nobodys(self, path: str) -> bool:
        """Whether it is the table of contents at the top."""
        return path == "index.html"
