"""Ending the app: when the grader has gone, nothing is left of it."""

# Plain os.path instead of pathlib, imports where they are used: as in main.py.
# ruff: noqa: PTH120

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

HEARTBEAT = 0.5
real_exit = os._exit


def die_with_the_grader(job: int, root: str) -> None:
    """End everything when the grader has gone: its end of the pipe is closed then.

    In the sandbox `first_process` does this.  A plain process has a second one at its side, since it may be too busy
    itself.
    """
    if os.fork() == 0:
        if os.fork() == 0:  # nobody's child, so that the app never meets it
            os.closerange(1, 3)
            os.closerange(3, job)
            os.closerange(job + 1, 256)
            wait_for_hang_up(job)
            import shutil
            import signal

            shutil.rmtree(root, ignore_errors=True)
            os.killpg(0, signal.SIGKILL)
        real_exit(0)
    else:
        os.wait()


def wait_for_hang_up(job: int) -> None:
    """Wait until nobody can write any more, without taking what is there to read."""
    import select

    poll = select.poll()
    poll.register(job, select.POLLHUP)  # Linux always tells of it; macOS of nothing where nothing is asked for
    while not any(happened & ~select.POLLIN for _job, happened in poll.poll()):
        time.sleep(HEARTBEAT)


def wait_for_the_end(job: int, root: str) -> None:
    """Do in a thread what `die_with_the_grader` does, where there is no ``fork``; the job has been read by then."""
    while os.read(job, 1):
        pass
    the_grader_has_gone(root)


def the_grader_has_gone(root: str) -> NoReturn:
    """Leave nothing behind."""
    import shutil

    os.chdir(os.path.dirname(root))  # Windows keeps a folder that somebody works in
    shutil.rmtree(root, ignore_errors=True)
    real_exit(1)


def sleep_for_ever() -> NoReturn:
    """Do what a server does that nobody asks."""
    while True:
        time.sleep(3600)
