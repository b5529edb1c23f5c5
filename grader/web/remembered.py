"""What a page may come back to: decisions that can be taken back, and what somebody was shown before agreeing to it."""

from __future__ import annotations

import itertools
import secrets
from typing import TYPE_CHECKING

from grader.model.faults import InputError

if TYPE_CHECKING:
    from grader.classroom.session import Changes, Rescoring

_MOST_UNDONE = 500


class Remembered:
    """Each has a number of its own, which no other run of the page gives."""

    def __init__(self) -> None:
        self._rescoring: tuple[int, Rescoring] | None = None
        self._made: dict[int, Changes] = {}
        self._numbers = itertools.count(secrets.randbelow(1 << 40))

    def keep(self, changes: Changes) -> int:
        """Keep what was decided; returns its number."""
        number = next(self._numbers)
        self._made[number] = changes
        self._made.pop(number - _MOST_UNDONE, None)
        return number

    def made(self, number: int) -> Changes:
        """Return what was decided under a number.

        Raises `InputError`: it was taken back already, or too long ago.
        """
        if number not in self._made:
            raise InputError("This cannot be taken back any more.", hint="Decide it again on the student's page.")
        return self._made[number]

    def shown(self, rescoring: Rescoring) -> int:
        """Keep what somebody is shown, so that nothing else can be applied; returns its number."""
        number = next(self._numbers)
        self._rescoring = number, rescoring
        return number

    def take_shown(self, number: int) -> Rescoring:
        """Return what was shown last under this number.

        Raises `InputError`: something else was shown since.
        """
        if self._rescoring is None or self._rescoring[0] != number:
            raise InputError("Something else was shown since.", hint="Look again at whose points change.")
        return self._rescoring[1]

    def forget(self, number: int) -> None:
        """Take a decision off the list of those that can be taken back."""
        self._made.pop(number, None)
