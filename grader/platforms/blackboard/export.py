"""Blackboard: one zip of files, each with assignment, user name and time of the attempt before its own name.

``<assignment>_<user name>_attempt_<yyyy-mm-dd-hh-mm-ss>_<file>``, and a receipt without ``_<file>`` that holds the full
name (kwurst/bb-file-cleanup, Zohair-coder/CS270-grading-assistant, timdrysdale/parselearn; lms.md).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.model.hand_in_limits import MEGABYTE
from grader.platforms.exports.handin import Person
from grader.platforms.exports.names import clean_name
from grader.platforms.exports.platform import Piece, Platform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.platforms.exports.listing import Entry, Listing

_TIME = r"[0-9]{4}(?:-[0-9]{2}){5}"
_FILE = re.compile(rf"(?P<head>[^/]+?)_attempt_(?P<time>{_TIME})(?:_(?P<file>[^/]+)|\.txt)", re.DOTALL)
# A receipt's first line is "Name: Jane Doe (jdoe)" (from memory); what follows may be the student's own words.
_NAME = re.compile(r"Name:(?P<name>.*)\((?P<user>[^()]*)\)\s*")
_LONGEST_NAME = 500


class Blackboard(Platform):
    """Reads what Blackboard writes.

    Parameters
    ----------
    people
        Who is behind ``<assignment>_<user name>``, as far as receipts say.

    """

    name = "Blackboard"
    flattens = True

    def __init__(self, people: Mapping[str, Person] | None = None) -> None:
        self._people = people or {}
        self._assignments = {head.removesuffix(person.ids["username"]): None for head, person in self._people.items()}

    @classmethod
    def for_listing(cls, listing: Listing) -> Platform:
        """Return a reader that has read the receipts."""
        people = {}
        for entry in listing.entries:
            match = _FILE.fullmatch(entry.path)
            if match is not None and match["file"] is None:
                person = _named_in(entry)
                if person is not None and match["head"].endswith(f"_{person.ids['username']}"):
                    people[match["head"]] = person
        return cls(people)

    def read(self, path: str) -> Piece | None:
        """Say whose a file is."""
        match = _FILE.fullmatch(path)
        if match is None:
            return None
        head = match["head"]
        person = self._people.get(head) or Person(None, {"username": self._user_of(head)})
        return Piece(
            key=head,
            name=clean_name(person.ids["username"]),
            path=match["file"] or "",
            person=person,
            attempt=match["time"],
            submitted=_time(match["time"]),
        )

    def _user_of(self, head: str) -> str:
        """Return who has no receipt; both an assignment and a user name may hold underscores."""
        known = next((start for start in self._assignments if head.startswith(start)), None)
        return head.removeprefix(known) if known else head.rpartition("_")[2]


def _named_in(receipt: Entry) -> Person | None:
    try:
        text = receipt.place.read(MEGABYTE).decode("utf-8", "replace")
    except InputError:
        return None
    first = text.removeprefix("\ufeff").strip().splitlines()[:1]
    match = _NAME.fullmatch("".join(first)[:_LONGEST_NAME])
    return Person(clean_name(match["name"]) or None, {"username": match["user"]}) if match else None


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")  # noqa: DTZ007 - Blackboard writes no zone
    except ValueError:
        return None
