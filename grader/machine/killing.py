"""Ends processes together with everything that they have started."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from grader.machine.process_tree import GONE

if TYPE_CHECKING:
    from collections.abc import Iterable

_GONE_SECONDS = 0.3
_LOOK_SECONDS = 0.005


def with_descendants(roots: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Give those of the processes that still run, and all their descendants."""
    found: dict[int, psutil.Process] = {}
    for root in roots:
        if root.pid not in found and _runs(root):
            found[root.pid] = root
            with suppress(*GONE):
                found.update((child.pid, child) for child in root.children(recursive=True))
    return list(found.values())


def end(roots: Iterable[psutil.Process]) -> None:
    """Kill processes and their descendants, and wait a moment until they are gone."""
    known = with_descendants(roots)
    give_up = time.monotonic() + _GONE_SECONDS
    while known and time.monotonic() < give_up:
        for process in known:
            _kill(process)
        time.sleep(_LOOK_SECONDS)
        known = with_descendants(known)  # those that one of them had just started are among them


def _kill(process: psutil.Process) -> None:
    """Kill a process, and where it leads a group all of that: also what it has started since it was looked at."""
    with suppress(psutil.Error, OSError):
        if os.name == "posix" and process.is_running() and os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()


def _runs(process: psutil.Process) -> bool:
    """Whether it does; one that only waits for its parent to take note of its end does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except GONE:
        return False
