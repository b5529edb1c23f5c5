"""Time as a student may be charged for it.

A machine that is suspended, paged out or starved makes every wall-clock limit a lie.  Fair time is counted in ticks by
one thread of the grader: a tick counts its nominal length and no more, however late the machine was with it.  And when
a wait takes long, the time does not count in which what we have started (the app, the browser) is ready to go on and
stands in line for a processor.  What it gets of a processor always counts, so that nobody gains by starving itself.
"""

from __future__ import annotations

import os
import threading
import time

from grader.machine.processors import Descendants

TICK = 0.1
"""Seconds; also the longest that a waiter should sleep before it looks at its deadline again."""
_UNSEEN_SECONDS = 0.3  # what is done sooner costs no look at the processors
_CLOSELY_SECONDS = 1.0
_LOOK_SECONDS = 0.25  # to read what every thread has had takes as long as an app needs for a page
_REST = 10  # times as long as a look takes: looking must not be what makes everything slow
_PATIENCE = 20  # times as long as a deadline, and at least
_LEAST_PATIENCE_SECONDS = 60.0


class MachineTooSlow(Exception):
    """What is waited for was kept from a processor for too long to tell what becomes of it: nobody's fault but ours."""


class FairClock:
    """Counts seconds during which we were really being run; starts at first use and costs next to nothing."""

    def __init__(self) -> None:
        self._forget_thread()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget_thread)  # threads do not survive a fork

    def now(self) -> float:
        """Fair seconds since the clock was first read; never goes back."""
        if not self._running:
            self._start()
        counted, pending, since = self._last_tick
        return counted if pending is not None else counted + _at_most_a_tick(since)

    def ahead(self) -> float:
        """Return `now` with all that may still be counted of the time until now: it is not for what begins now."""
        now = self.now()
        counted, pending, since = self._last_tick
        return now if pending is None else counted + pending + _at_most_a_tick(since)

    def look_closely(self) -> None:
        """Find out for a while who stands in line for a processor."""
        self._closely_until = time.monotonic() + _CLOSELY_SECONDS

    def _forget_thread(self) -> None:
        self._starting = threading.Lock()
        self._running = False
        # One tuple, replaced as a whole, so that readers need no lock: what is counted, what may be once somebody has
        # looked, and when that was; None where nobody looks, and the time runs on by itself.
        self._last_tick: tuple[float, float | None, float] = (0.0, None, time.monotonic())
        self._closely_until = 0.0
        self.excused = 0.0
        """Seconds that were not counted, because of who stood in line."""

    def _start(self) -> None:
        with self._starting:
            if not self._running:
                self._last_tick = (0.0, None, time.monotonic())
                threading.Thread(target=self._tick, name="fair-clock", daemon=True).start()
                self._running = True

    def _tick(self) -> None:
        descendants, pending, next_look = Descendants(), 0.0, 0.0
        while True:
            time.sleep(TICK)
            counted, _, since = self._last_tick
            now = time.monotonic()
            pending += min(now - since, TICK)
            closely = now < self._closely_until
            if not closely:
                descendants.forget()
                counted, pending, next_look = counted + pending, 0.0, 0.0
            elif now >= next_look:
                turn = descendants.look()
                charged = max(pending - turn.waited, min(turn.ran, pending))
                self.excused += pending - charged
                counted, pending = counted + charged, 0.0
                next_look = now + max(_REST * (time.monotonic() - now), _LOOK_SECONDS)
            self._last_tick = (counted, pending if closely else None, now)


def _at_most_a_tick(since: float) -> float:
    return min(max(time.monotonic() - since, 0.0), TICK)


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
        self._begun = _clock.ahead()
        self._excused_before = _clock.excused

    @property
    def elapsed(self) -> float:
        """Fair seconds since it was made."""
        return max(_clock.now() - self._begun, 0.0)

    @property
    def remaining(self) -> float:
        """Fair seconds left, 0 when there are none."""
        passed = self.elapsed
        if passed > _UNSEEN_SECONDS:
            _clock.look_closely()
        return max(self.seconds - passed, 0.0)

    @property
    def expired(self) -> bool:
        """Whether the time is up.

        Raises `MachineTooSlow`: fair time hardly passes.
        """
        excused = _clock.excused - self._excused_before
        if excused > max(_PATIENCE * self.seconds, _LEAST_PATIENCE_SECONDS):
            raise MachineTooSlow(
                f"Something that may take {self.seconds:g} seconds was kept from a processor for {excused:.0f} seconds."
            )
        return self.remaining == 0

    @property
    def step(self) -> float:
        """How long to wait at most before looking at the deadline again: a tick, or what is left of the time."""
        return min(self.remaining, TICK)
