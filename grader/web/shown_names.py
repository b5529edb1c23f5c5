"""Who is shown as whom: students have addresses without their names, and names can be hidden everywhere."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

from grader.model.faults import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.platforms.exports.handin import HandIn, Person

HIDDEN = "•••"
_PIECE = re.compile(r"[^\W_]+")
_FEWEST_LETTERS, _FEWEST_DIGITS = 3, 4
_FEW = 5


class Names:
    """The names of a class.

    Parameters
    ----------
    hand_ins
        Of everybody.
    absent
        Who has handed nothing in.
    hide
        Whether no name is to be seen.
    """

    def __init__(self, hand_ins: Iterable[HandIn], absent: Iterable[Person] = (), *, hide: bool = False) -> None:
        self.hide = hide
        self._hand_ins = {hand_in.name: hand_in for hand_in in hand_ins}
        self._keys = {name: _key(name) for name in self._hand_ins}
        self._names = {key: name for name, key in self._keys.items()}
        # Not in the order of names, which would tell them.
        self._numbers = {name: number for number, name in enumerate(sorted(self._keys, key=self._keys.__getitem__), 1)}
        self._words = _words(self._hand_ins.values(), absent) if hide else set[str]()

    def key(self, name: str) -> str:
        """Return what stands for a submission in addresses of pictures, and everywhere where names are hidden."""
        return self._keys[name]

    def address(self, name: str) -> str:
        """Return what stands for a submission in the address of its page."""
        return self._keys[name] if self.hide else name

    def submission(self, address: str) -> str:
        """Return the submission that an address means.

        Raises `InputError`: there is none.
        """
        name = self._names.get(address, address)
        if name not in self._hand_ins:
            raise InputError("Nobody in this class has this address.")
        return name

    def shown(self, name: str) -> str:
        """Return the name to show: two of one name are told apart by `ids`."""
        if self.hide:
            return f"Student {self._numbers[name]}"
        return self._hand_ins[name].student or name

    def ids(self, name: str) -> str:
        """Return what the platform knows a student by, and where it does not say, the submission's own name."""
        if self.hide:
            return ""
        hand_in = self._hand_ins[name]
        return ", ".join(dict.fromkeys(hand_in.ids.values())) or (name if hand_in.student else "")

    def masked(self, text: str) -> str:
        """Return a text without anybody's name, where names are hidden."""
        if not self._words:
            return text
        return _PIECE.sub(lambda match: HIDDEN if match[0].casefold() in self._words else match[0], text)


def _key(name: str) -> str:
    return "s" + hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def _words(hand_ins: Iterable[HandIn], absent: Iterable[Person]) -> set[str]:
    """Return every piece of a name by which somebody can be known, and pieces written as one word."""
    everyone = [_words_of(hand_in.people, hand_in.name) for hand_in in hand_ins]
    many = Counter(word for words in everyone for word in words)
    everyone += [_words_of([person]) for person in absent]
    most = max(_FEW, len(everyone) // 3)  # what a platform puts into every name is nobody's
    return {word for words in everyone for word in words if many[word] <= most}


def _words_of(people: Iterable[Person], name: str = "") -> set[str]:
    found = set(_pieces(name))
    for person in people:
        pieces = _pieces(person.name or "")
        found |= {*pieces, "".join(pieces), "".join(reversed(pieces))}
        found.update(piece for id_ in person.ids.values() for piece in _pieces(id_))
    return set(filter(_tells, found))


def _pieces(text: str) -> list[str]:
    return [piece.casefold() for piece in _PIECE.findall(text)]


def _tells(piece: str) -> bool:
    return len(piece) >= (_FEWEST_DIGITS if piece.isdecimal() else _FEWEST_LETTERS)
