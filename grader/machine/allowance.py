"""How long one submission may keep the grader waiting: so much in all, and little more for what has hung before."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.machine.clock import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIED_IN_FULL = 2
"""So many things may each hang for as long as there is: one slow page says nothing of the next one, two do."""
_SHORT = 0.2  # of the time there is, for what has hung before
_LEAST = 0.05
_IN_VAIN = 0.28  # of all the time there is: when so much has been waited in vain, what hangs is not tried any more
_CERTAIN_SECONDS = 1.0
"""As which it counts that something hangs, where that is seen at once."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for one thing.

    Parameters
    ----------
    seconds
        Fair ones; 0 where it is not worth trying.
    because
        Why that is not all the time there is for such a thing; empty where it is.
    """

    seconds: float
    because: str = ""

    @property
    def remark(self) -> str:
        """The reason, as a sentence goes on with it."""
        return f" ({self.because})" if self.because else ""


class Allowance:
    """The time that one submission has, whoever waits for it: for its pages over HTTP and in the browser together.

    Parameters
    ----------
    total
        Fair seconds in all.

    Examples
    --------
    >>> patience = allowance.patience("/slow", 10)
    >>> with allowance.waiting(patience.seconds) as deadline:
    ...     came = ask("/slow", deadline)
    >>> if not came:
    ...     allowance.note_hang("/slow", patience)
    """

    def __init__(self, total: float) -> None:
        self.total = total
        self._before = 0.0
        self._now: Deadline | None = None
        self._in_vain = 0.0
        self._hung: dict[str, float] = {}
        self._certain: set[str] = set()
        self._proven: dict[str, bool] = {}
        self._shortened = 0
        self._lock = threading.Lock()

    @property
    def spent(self) -> float:
        """Fair seconds that have been waited for the submission, until this moment."""
        with self._lock:
            return self._before + (self._now.elapsed if self._now else 0.0)

    @property
    def waiting_for(self) -> float:
        """Fair seconds that one thing is being waited for now; 0 where nothing is."""
        with self._lock:
            return self._now.elapsed if self._now else 0.0

    @property
    def remaining(self) -> float:
        """Fair seconds that are left, 0 when there are none."""
        return max(self.total - self.spent, 0.0)

    @property
    def used_up(self) -> str:
        """What to say when nothing is left: a sentence."""
        return f"The app and its pages took more than {self.total:.0f} seconds in all."

    def patience(self, what: str, seconds: float) -> Patience:
        """Return how long to wait for something that is given so many seconds.

        What hung once hangs again, and where several things have, so will the next one: they are tried, in case that
        they do not, for a shorter and shorter time.
        """
        is_over = self._in_vain > _IN_VAIN * self.total
        if what not in self._hung and len(self._hung.keys() - self._certain) < _TRIED_IN_FULL and not is_over:
            return Patience(min(seconds, self.remaining))
        short = 0.0 if is_over else seconds * max(_SHORT / 2**self._shortened, _LEAST)
        longest = max(self._hung.values())
        whose = "it" if self._hung.get(what) == longest else "other pages"
        return Patience(min(short, self.remaining), f"{whose} took more than {longest:.3g} seconds before")

    def note_hang(self, what: str, given: Patience, *, is_certain: bool = False) -> None:
        """Take note that something was waited for in vain; by the time that it was given, which no machine changes.

        What is certain, so that nobody had to wait in order to know it, says nothing of other things.
        """
        with self._lock:
            self._in_vain += min(given.seconds, _CERTAIN_SECONDS) if is_certain else given.seconds
            if what in self._hung or len(self._hung.keys() - self._certain) >= _TRIED_IN_FULL:
                self._shortened += 1
            self._hung.setdefault(what, given.seconds)
            if is_certain:
                self._certain.add(what)

    def note_proof(self, what: str, *, hangs: bool) -> None:
        """Take note of whether its text proves that something hangs; all that is seen of it must."""
        self._proven[what] = hangs and self._proven.get(what, True)

    def is_proven(self, what: str) -> bool:
        """Whether something is proven to hang: it need not be waited for, only seen to do so."""
        return self._proven.get(what, False)

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[Deadline]:
        """Give a deadline for one wait, and take from what is left what it takes."""
        deadline = self._now = Deadline(seconds)
        try:
            yield deadline
        finally:
            with self._lock:
                self._before, self._now = self._before + deadline.elapsed, None
