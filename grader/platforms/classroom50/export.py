"""Classroom 50: what ``gh teacher download`` writes, a clone for each student and ``scores.csv`` beside them.

``<classroom>-<assignment>_submissions_<time>/<classroom>-<assignment>-<user name>/``; with ``--by-pattern`` there is no
list (foundation50/classroom50, ``internal/download/download.go``).
"""

from __future__ import annotations

import csv
import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.model.hand_in_limits import MEGABYTE
from grader.platforms.exports.folder_names import clean_name
from grader.platforms.exports.handin import Person
from grader.platforms.exports.platform import ExportPiece, Known, Platform
from grader.platforms.exports.whose import Enrolled, shared_words, whole_users

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from grader.platforms.exports.listing import Listing

_SCORES = "scores.csv"
_LARGEST_SCORES = 20 * MEGABYTE
_COLUMNS = frozenset({"username", "submission_tag"})
_FOLDER = re.compile(r"(.+)_submissions_\d{4}_\d\d_\d\d_T_\d\d_\d\d_\d\d")
_ACCEPTED = ".classroom50.yaml"  # in every repository; its words are the student's to change, so they are not read


class Classroom50Export(Platform):
    """Reads what ``gh teacher download`` writes.

    `slug` is what every repository's name begins with, ``spring-cookies``; None where that cannot be told. `scores` is
    the rows of ``scores.csv``, one a submission, the newest of a student first.
    """

    name = "Classroom 50"

    def __init__(
        self, slug: str | None = None, scores: Iterable[Mapping[str, str]] = (), folders: Collection[str] = ()
    ) -> None:
        self._slug = slug
        self._rows: dict[str, Mapping[str, str]] = {}
        for row in scores:
            self._rows.setdefault(row["username"].lower(), row)
        self._users = whole_users(folders, "-", enrolled=Enrolled(frozenset(self._rows)), complete=True)

    @classmethod
    def for_listing(cls, listing: Listing) -> Platform:
        """Return a reader that knows who is in the class, and what the repositories' names begin with."""
        scores = _scores(listing)
        named = _FOLDER.fullmatch(listing.outer)
        clones = listing.clones_at_the_top
        accepted = {entry.top for entry in listing.entries if entry.path == f"{entry.top}/{_ACCEPTED}"}
        if scores is None and named is None and not (clones and accepted.issuperset(clones)):
            return cls()
        folders = sorted(accepted.union(clones))
        return cls(named[1] if named else None if scores else shared_words(clones or folders), scores or (), folders)

    def read(self, path: str) -> ExportPiece | None:
        """Say whose a path is."""
        folder, inside, file = path.partition("/")
        user = self._user(folder)
        if not inside or (user is None and folder not in self._users):
            return None
        return ExportPiece(
            key=folder,
            name=clean_name(folder),
            path=file,
            person=self._person(user) if user is not None else Person(None, {"github": folder}),
        )

    def is_nobodys(self, path: str) -> bool:
        """Whether it is the list of scores."""
        return path == _SCORES

    def learn(self, listing: Listing) -> Mapping[str, Known]:
        """Return when each newest submission was made."""
        known = {}
        for folder in listing.tops:
            user = self._user(folder)
            row = self._rows.get(user.lower()) if user is not None else None
            if user is not None and row is not None:
                known[folder] = Known((self._person(user),), submitted_at(row["submission_tag"]))
        return known

    def _user(self, folder: str) -> str | None:
        """Return the user's name at the end of a repository's name; both may hold dashes."""
        begin = f"{self._slug}-"
        if self._slug and folder.lower().startswith(begin.lower()):
            return folder[len(begin) :] or None
        return self._users.get(folder)

    def _person(self, user: str) -> Person:
        row = self._rows.get(user.lower(), {})
        name = " ".join(filter(None, (_cell(row, "first_name"), _cell(row, "last_name"))))
        ids = {"github": user, "email": _cell(row, "email")}
        return Person(clean_name(name or user), {key: value for key, value in ids.items() if value})


def submitted_at(tag: str) -> datetime | None:
    """Return the time in a tag, ``submit/2026-11-22T10-00-00Z-a1b2c3d``; None where it has another form."""
    match = re.match(r"submit/(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)", tag)
    try:
        return datetime.strptime(match[1], "%Y-%m-%dT%H-%M-%SZ").replace(tzinfo=timezone.utc) if match else None
    except ValueError:
        return None


def _scores(listing: Listing) -> list[dict[str, str]] | None:
    """Read the list of scores; None where there is none of Classroom 50's."""
    place = next((entry.place for entry in listing.entries if entry.path == _SCORES), None)
    if place is None:
        return None
    try:
        lines = place.read(_LARGEST_SCORES).decode("utf-8-sig", "replace").splitlines()
        rows = csv.DictReader(lines, restval="")
        return list(rows) if _COLUMNS.issubset(rows.fieldnames or ()) else None
    except (InputError, csv.Error):
        return None


def _cell(row: Mapping[str, str], column: str) -> str:
    """Return a cell; before what a spreadsheet would take for a formula they write an apostrophe."""
    text = row.get(column, "").strip()
    return text[1:] if re.match(r"'[=+\-@\t\r]", text) else text
