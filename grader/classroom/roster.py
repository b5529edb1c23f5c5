"""Who hands in, kept in the journal: enough to write overview and gradebooks again without the export."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from grader.platforms.exports.handin import HandIn, Person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.classroom.journal import Journal

_FACT = "roster"
_WHERE_IT_LIES = {"parts", "whole"}
_OTHERS = "others"


@dataclass(frozen=True)
class Student:
    """Who a submission is by, as every list of a class names them: two may have the same name.

    `name` is the submission's. `student` is the name to show. `ids` is what the learning platform knows them by.
    """

    name: str
    student: str
    ids: Mapping[str, str]

    @property
    def id(self) -> str:
        """The platform's own number or name for them, to be shown beside the name; empty where there is none."""
        return next(iter(self.ids.values()), "")

    @classmethod
    def of(cls, hand_in: HandIn) -> Student:
        """Return whose a hand-in is."""
        return cls(hand_in.name, hand_in.student or hand_in.name, hand_in.ids)


@dataclass(frozen=True)
class Roster:
    """A class.

    Parameters
    ----------
    hand_ins
        In the order of the export; those that were read back from the journal cannot be opened.
    gradebook
        The path of the gradebook that the platform exported.
    column
        The assignment's column in it.
    absent
        Who is in the gradebook and has handed nothing in.
    """

    hand_ins: tuple[HandIn, ...]
    gradebook: str | None = None
    column: str | None = None
    absent: tuple[Person, ...] = ()

    def keep(self, journal: Journal) -> None:
        """Write it into the journal."""
        content = {
            "hand_ins": [_to_dict(hand_in) for hand_in in self.hand_ins],
            "gradebook": self.gradebook,
            "column": self.column,
            "absent": [asdict(person) for person in self.absent],
        }
        journal.remember(_FACT, content)

    @classmethod
    def of(cls, journal: Journal) -> Roster:
        """Read it from the journal; nobody where no class was graded yet."""
        kept = journal.recall_text(_FACT)
        return cls(()) if kept is None else _read(kept)


@lru_cache(maxsize=2)
def _read(text: str) -> Roster:
    """Read a roster; a page asks for it many times a second, and a class of thousands is a megabyte."""
    kept = json.loads(text)
    absent = tuple(Person(**person) for person in kept.get("absent", ()))  # not in the first journals
    return Roster(tuple(map(_from_dict, kept["hand_ins"])), kept["gradebook"], kept["column"], absent)


def _to_dict(hand_in: HandIn) -> dict[str, Any]:
    kept = {field.name: getattr(hand_in, field.name) for field in fields(hand_in) if field.name not in _WHERE_IT_LIES}
    kept[_OTHERS] = [_to_dict(other) for other in hand_in.others]
    kept["people"] = [asdict(person) for person in hand_in.people]
    kept["submitted"] = hand_in.submitted.isoformat() if hand_in.submitted else None
    return kept


def _from_dict(kept: dict[str, Any]) -> HandIn:
    people = tuple(Person(**person) for person in kept["people"])
    submitted = datetime.fromisoformat(kept["submitted"]) if kept["submitted"] else None
    lists = {name: tuple(kept[name]) for name in ("notes", "left_out")}
    others = tuple(map(_from_dict, kept.get(_OTHERS, ())))  # not in the first journals
    return HandIn(**{**kept, **lists, _OTHERS: others, "people": people, "submitted": submitted})
