"""Which row of a gradebook is whose."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from grader.model.report import Report
    from grader.platforms.exports.handin import HandIn, Person


class GradedHandIn(NamedTuple):
    """A hand-in and what it got."""

    hand_in: HandIn
    report: Report


@dataclass(frozen=True)
class Key:
    """A column by which students are known.

    Parameters
    ----------
    column
        Its place.
    ids
        The names in `Person.ids` that it may hold, the most certain first.
    own
        The one among them that this platform's own exports carry: who has it is never looked for by name.
    read
        Takes the id out of a cell.
    """

    column: int
    ids: tuple[str, ...]
    own: str | None = None
    read: Callable[[str], str] = str


@dataclass
class FoundRow:
    """Whose rows were found.

    The places of rows, with what belongs there, and the hand-ins, or people of them, without a row.
    """

    rows: dict[int, list[GradedHandIn]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


class Rows:
    """The students' rows of a gradebook.

    Parameters
    ----------
    rows
        By their places.
    keys
        The columns of ids, the most certain first.
    name_of
        Returns a row's name.
    """

    def __init__(
        self, rows: Mapping[int, Sequence[str]], keys: Sequence[Key], name_of: Callable[[Sequence[str]], str]
    ) -> None:
        self._keys = keys
        self._by_key = [
            _index((place, same_id(key.read(row[key.column]))) for place, row in rows.items()) for key in keys
        ]
        self._by_name = _index((place, same_name(name_of(row))) for place, row in rows.items())

    def row_of(self, person: Person, fallback_name: str) -> int | None:
        """Return the place of a person's row; None where there is none, or where it could be more than one."""
        for key, places in zip(self._keys, self._by_key, strict=True):
            for id_ in key.ids:
                place = places.get(same_id(person.ids[id_])) if id_ in person.ids else None
                if place is not None:
                    return place
        # GitHub's user names are nobody's real name: `jane-doe` may be another Jane Doe.
        if any(key.own in person.ids for key in self._keys) or person.name == person.ids.get("github", ""):
            return None
        return self._by_name.get(same_name(person.name or fallback_name))


def match(rows: Rows, graded: Iterable[GradedHandIn]) -> FoundRow:
    """Find the row of everyone who handed something in."""
    found = FoundRow()
    for one in graded:
        for person in one.hand_in.people:
            place = rows.row_of(person, one.hand_in.called or one.hand_in.name)
            if place is None:
                found.missing.append(person.name or one.hand_in.name)
            else:
                found.rows.setdefault(place, []).append(one)
    return found


def same_id(text: str) -> str:
    """Return an id as it is compared; Brightspace puts ``#`` before ids so that Excel keeps their zeros."""
    return unicodedata.normalize("NFC", text.strip().removeprefix("#")).casefold()


def same_name(text: str) -> str:
    """Return a name as it is compared: its words in any order, so that ``Doe, Jane`` is ``jane doe``."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return " ".join(sorted("".join(map(_of_a_word, folded)).split()))


def _of_a_word(sign: str) -> str:
    """Return what a name is told from another by; vowels are marks in Hindi, Thai, Arabic and many more scripts."""
    kind = unicodedata.category(sign)
    return sign if kind[0] in "LMN" else "" if kind == "Cf" else " "


def _index(pairs: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Return places by value; a value that two rows share finds neither."""
    found: dict[str, int] = {}
    twice = set()
    for place, value in pairs:
        if value in found:
            twice.add(value)
        found[value] = place
    return {value: place for value, place in found.items() if value and value not in twice}
