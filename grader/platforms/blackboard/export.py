"""Blackboard: one zip of files, each with assignment, user name and time of the attempt before its own name.

``<assignment>_<user name>_attempt_<yyyy-mm-dd-hh-mm-ss>_<file>``, and a receipt without ``_<file>`` that holds the full
name (kwurst/bb-file-cleanup, Zohair-coder/CS270-grading-assistant, timdrysdale/parselearn; lms.md).
"""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.model.hand_in_limits import MEGABYTE
from grader.platforms.exports.folder_names import clean_name
from grader.platforms.exports.handin import Person
from grader.platforms.exports.platform import ExportPiece, Known, Platform
from grader.platforms.exports.whose import ends_in, whole_users

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.platforms.exports.listing import ExportEntry, Listing

_TIME = r"[0-9]{4}(?:-[0-9]{2}){5}"
_FILE = re.compile(rf"(?P<head>[^/]+?)_attempt_(?P<time>{_TIME})(?:_(?P<file>[^/]+)|\.txt)", re.DOTALL)
# A receipt begins with "Name: Jane Doe (jdoe)", in the course's language: "Nombre: …", with signs of its own, too.
_NAME = re.compile(r"[^:\uff1a]*[:\uff1a](?P<name>.*)[(\uff08](?P<user>[^()\uff08\uff09]*)[)\uff09]\W*")
_NOT_MATCHED = (
    "Whose this is cannot be told: no receipt of Blackboard's names the student, and no whole user name fits."
)
_LONGEST_NAME = 500


class BlackboardExport(Platform):
    """Reads what Blackboard writes.

    `people` says who is behind ``<assignment>_<user name>``, as far as receipts do.
    """

    name = "Blackboard"
    flattens = True

    def __init__(self, people: Mapping[str, Person]) -> None:
        self._people = people

    @classmethod
    def for_listing(cls, listing: Listing) -> Platform:
        """Return a reader that has read the receipts, and knows whole user names from them and from the gradebook."""
        people: dict[str, Person] = {}
        heads = set()
        for entry in listing.entries:
            match = _FILE.fullmatch(entry.path)
            if match is not None:
                heads.add(match["head"])
                person = _named_in(entry, match["head"]) if match["file"] is None else None
                people |= {match["head"]: person} if person is not None else {}
        proven = {head: person.ids["username"] for head, person in people.items()}
        users = whole_users(heads, "_", enrolled=listing.enrolled, proven=proven)
        named = {head: Person(None, {"username": user}) for head, user in users.items() if user is not None}
        return cls(named | people)

    def read(self, path: str) -> ExportPiece | None:
        """Say whose a file is."""
        match = _FILE.fullmatch(path)
        if match is None:
            return None
        head = match["head"]
        # Who is not known keeps all of the name, which is nobody's user name: so nobody's row is found by it.
        person = self._people.get(head) or Person(None, {"username": head})
        return ExportPiece(
            key=head,
            name=clean_name(person.ids["username"]),
            path=match["file"] or "",
            person=person,
            attempt=match["time"],
            submitted=_time(match["time"]),
        )

    def learn(self, listing: Listing) -> Mapping[str, Known]:
        """Say whose hand-in cannot be told."""
        heads = {match["head"] for entry in listing.entries if (match := _FILE.fullmatch(entry.path)) is not None}
        return {head: Known((), notes=(_NOT_MATCHED,)) for head in heads - self._people.keys()}


def _named_in(receipt: ExportEntry, head: str) -> Person | None:
    """Return who a receipt names: in the first line whose brackets hold what the file's own name ends in."""
    try:
        content = receipt.place.read(MEGABYTE)
    except InputError:
        return None
    text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "replace")
    for line in itertools.takewhile(str.strip, text.strip().splitlines()):  # below, the student's own words
        match = _NAME.fullmatch(line[:_LONGEST_NAME].strip())
        if match is not None and ends_in(head, "_", match["user"].strip()):
            user = head[-len(match["user"].strip()) :]
            return Person(clean_name(match["name"]) or None, {"username": user})
    return None


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")  # noqa: DTZ007 - Blackboard writes no zone
    except ValueError:
        return None
