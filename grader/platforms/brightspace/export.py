"""Brightspace: a folder for each attempt, or the same words before each file's name.

``<id>-<id> - <name> - Nov 1, 2026 1000 AM/``; ``index.html`` at the top belongs to nobody
(saritonin/academic-shell-scripts, OfficeCoffee/GradingFileProject; lms.md).
"""

from __future__ import annotations

import re
from datetime import datetime

from grader.platforms.exports.handin import Person
from grader.platforms.exports.names import clean_name
from grader.platforms.exports.platform import Piece, Platform

_DAY = r"(?P<month>[^\W\d_]+)\.? (?P<day>\d{1,2}), (?P<year>\d{4})"
_TIME = rf"{_DAY},? (?P<hour>\d{{1,2}})[.:-]?(?P<minute>\d{{2}})\s?(?P<half>[AP])M"
_FILE = re.compile(
    rf"(?P<user>\d+)-(?P<item>\d+) - (?P<name>[^/]+?) - (?P<time>{_TIME})(?: - (?P<file>[^/]+)|/(?P<inside>.*))",
    re.DOTALL,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NOON = 12


class Brightspace(Platform):
    """Reads what Brightspace writes."""

    name = "Brightspace"
    flattens = True

    def read(self, path: str) -> Piece | None:
        """Say whose a path is."""
        match = _FILE.fullmatch(path)
        if match is None:
            return None
        name = clean_name(match["name"])
        submitted = _time(match)
        file = match["file"] or match["inside"] or ""
        return Piece(
            # Which of the two ids is the student's is not written anywhere: both together are one student's.
            key=f"{match['user']}-{match['item']} {name}",
            name=name,
            path="" if file.endswith("/") else file,
            person=Person(name, {"brightspace": match["user"]}),
            attempt=f"{submitted:%Y-%m-%d %H:%M}" if submitted else match["time"],
            submitted=submitted,
        )

    def is_nobodys(self, path: str) -> bool:
        """Whether it is the table of contents at the top."""
        return path == "index.html"


def _time(match: re.Match[str]) -> datetime | None:
    try:
        hour = int(match["hour"]) % _NOON + (_NOON if match["half"] == "P" else 0)
        month = _MONTHS.index(match["month"].lower()[:3]) + 1
        return datetime(int(match["year"]), month, int(match["day"]), hour, int(match["minute"]))  # noqa: DTZ001
    except ValueError:
        return None
