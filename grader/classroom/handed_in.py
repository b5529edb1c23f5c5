"""What students handed in, read once more from the export that the class was graded from: for who looks at it."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from grader.classroom.errors import ClassError
from grader.model.faults import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from grader.platforms.exports.handin import HandIn
    from grader.submission import Submission

_KEPT = 24
"""Hand-ins in memory at a time: with their documents they are some megabytes each."""


class HandedInAgain:
    """The hand-ins of an export, opened when somebody looks at them.

    `read` reads the export: whose each part is.
    """

    def __init__(self, read: Callable[[], Iterable[HandIn]]) -> None:
        self._read = read
        self._lock = Lock()
        self._hand_ins: dict[str, HandIn] | None = None
        self._opened: OrderedDict[tuple[str, str | None], Submission] = OrderedDict()

    def open(self, name: str, digest: str, out: Path, attempt: str | None = None) -> Submission:
        """Return a hand-in as it was graded, or another attempt of the same student.

        Raises `InputError`: it cannot be opened, is not there any more, or is another one now.
        """
        with self._lock:
            found = self._opened.get((name, attempt))
            if found is None or not (attempt or digest.startswith(found.digest)):  # the app chosen stands after it
                found = self._open_attempt(name, attempt, out) if attempt else self._open(name, digest, out)
                self._opened[name, attempt] = found
                if len(self._opened) > _KEPT:
                    self._opened.popitem(last=False)
            return found

    def _open(self, name: str, digest: str, out: Path) -> Submission:
        found = self._hand_in(name, out).open().submission
        if not digest.startswith(found.digest):
            self._hand_ins = None
            said = "Something else lies in the export now than what was graded."
            raise ClassError(Code.NO_EXPORT, said, out=out)
        return found

    def _open_attempt(self, name: str, attempt: str, out: Path) -> Submission:
        others = self._hand_in(name, out).others
        found = next((each for each in others if each.attempt == attempt), None)
        if found is None:
            said = f"{name} has handed in no {attempt}."
            raise ClassError(Code.NO_CANDIDATE, said, name=name, wanted=attempt, all=[each.attempt for each in others])
        return found.open().submission

    def _hand_in(self, name: str, out: Path) -> HandIn:
        if self._hand_ins is None or name not in self._hand_ins:
            self._hand_ins = {hand_in.name: hand_in for hand_in in self._read()}
        if name not in self._hand_ins:
            raise ClassError(Code.NO_EXPORT, "The export does not hold this hand-in any more.", out=out)
        return self._hand_ins[name]
