"""Kills graders at random moments while they start a sandbox, and says what is left of them.

``python -m tests.faults.killed_starts app 1000`` shows it for a thousand.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from grader.browser import Browser, driving, find
from grader.machine.bubblewrap import sandbox_wall
from grader.sandbox.fork_server import ForkServer
from grader.sandbox.limits import RunLimits
from grader.sandbox.process import AppProcess

PR_SET_CHILD_SUBREAPER = 36
SECONDS_TO_END = 60


def app() -> Callable[[], object]:
    return AppProcess("sandbox", RunLimits()).close


def fork_server() -> Callable[[], object]:
    return ForkServer().close


def browser() -> Callable[[], object]:
    return Browser.launch(find()).close


STARTS = {"app": app, "fork_server": fork_server, "browser": browser}
SECONDS_TO_START = {"app": 0.06, "fork_server": 0.06, "browser": 0.3}
"""So long it is of interest; most of it, or else a thousand would take an hour."""


def grade(start: Callable[[], Callable[[], object]]) -> None:
    """Be a grader: asked to end, as a worker is by a batch that has been killed, it puts away what it has started."""
    close: list[Callable[[], object]] = []

    def leave(*_: object) -> None:
        for one in close:
            one()
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    close.append(start())
    while True:
        time.sleep(0.01)  # pause(2) would miss a signal that comes just before it


def kill_starts(kind: str, count: int, seed: int) -> list[str]:
    """Return the command lines of what was left, each time after a number of seconds."""
    # What nobody looks after any more becomes a child of this process, so that it is found.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    chance = random.Random(seed)
    left: list[str] = []
    for _ in range(count):
        how = chance.choice([signal.SIGKILL, signal.SIGTERM])
        grader = os.fork()
        if grader == 0:
            try:
                grade(STARTS[kind])
            finally:
                os._exit(1)
        time.sleep(chance.uniform(0, SECONDS_TO_START[kind]))
        os.kill(grader, how)
        left += what_is_left()
    return left


def what_is_left() -> list[str]:
    """Wait for all that has come from this process to end; then end the rest."""
    give_up = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < give_up:
        if not psutil.Process().children():
            return []
        if os.waitpid(-1, os.WNOHANG) == (0, 0):
            time.sleep(0.002)
    left = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            left.append(" ".join(process.cmdline())[:200])
            process.kill()
    return left


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("kind", choices=STARTS)
    arguments.add_argument("count", type=int)
    arguments.add_argument("--seed", type=int, default=time.time_ns())
    asked = arguments.parse_args()
    assert sandbox_wall().works, sandbox_wall().problem
    assert driving
    left = kill_starts(asked.kind, asked.count, asked.seed)
    print(f"{asked.kind}: {asked.count} starts killed with seed {asked.seed}, {len(left)} left behind")
    print(*left, sep="\n")
    raise SystemExit(bool(left))


if __name__ == "__main__":
    main()
