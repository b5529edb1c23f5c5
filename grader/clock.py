"""Time as a student may be charged for it.

A machine that is suspended, paged out or starved makes every wall-clock limit a lie.  Fair time is counted in ticks by
one thread of the grader: a tick counts its nominal length and no more, however late the machine was with it.
"""

from __future__ import annotations

import os
import threading
import time

TICK = 0.1
"""Seconds; also the longest that a waiter should sleep before it looks at its deadline again."""


class FairClock:
    """Counts seconds during which this process was really being run; starts at first use and costs next to nothing."""

    def __init__(self) -> None:
        self._forget_thread()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget_thread)  # threads do not survive a fork

    def now(self) -> float:
        """Fair seconds since the clock was first read; never goes back."""
        if not self._running:
            self._start()
        counted, since = self._last_tick
        return counted + min(max(time.monotonic() - since, 0.0), TICK)

    def _forget_thread(self) -> None:
        self._starting = threading.Lock()
        self._running = False
        # One tuple, replaced as a whole, so that readers need no lock.
        self._last_tick = (0.0, time.monotonic())

    def _start(self) -> None:
        with self._starting:
            if not self._running:
                self._last_tick = (0.0, time.monotonic())
                threading.Thread(target=self._tick, name="fair-clock", daemon=True).start()
                self._running = True

    def _tick(self) -> None:
        while True:
            time.sleep(TICK)
            counted, since = self._last_tick
            now = time.monotonic()
            self._last_tick = (counted + min(now - since, TICK), now)


_clock = FairClock()


class Deadline:
    """A number of fair seconds, counted from when it is made.

    Parameters
    ----------
    seconds
        How long there is.

    Examples
    --------
    >>> deadline = Deadline(10)
    >>> while not deadline.expired and not ready.wait(deadline.step):
    ...     pass

    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = _clock.now() + seconds

    @property
    def remaining(self) -> float:
        """Fair seconds left, 0 when there are none."""
        return max(self._end - _clock.now(), 0.0)

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return self.remaining == 0

    @property
    def step(self) -> float:
        """How long to wait at most before looking at the deadline again: a tick, or what is left of the time."""
        return min(self.remaining, TICK)
