"""Waiting for what has to happen, however busy the machine is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from grader.machine.clock import Deadline, MachineTooSlow

_T = TypeVar("_T")


def until(condition: Callable[[], _T], seconds: float = 60) -> _T:
    """Wait until something is so, and return what it then is; or what it was at the end of a time that is ample."""
    give_up = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < give_up:
        time.sleep(0.05)  # what is looked at costs processor time
    return found


@contextmanager
def fairly_within(seconds: float) -> Iterator[None]:
    """Hold what is done against a time in which it does not stand in line for a processor.

    A limit by the wall's clock measures the machine: on a busy one everything is late.  What this thread gets of a
    processor counts in any case: what never lets go of the interpreter stops the fair clock as well.
    """
    deadline, done, began = Deadline(seconds), threading.Event(), time.thread_time()

    def look() -> None:
        with suppress(MachineTooSlow):
            while not done.wait(deadline.step or 0.1):
                _ = deadline.expired  # who stands in line is only looked at while somebody asks

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
        left = min(deadline.remaining, seconds - (time.thread_time() - began))
    finally:
        done.set()
        looking.join()
    assert left > 0, f"took more than {seconds:g} seconds"
