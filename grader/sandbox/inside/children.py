"""Processes that the app starts: what they serve is served, on the same socket.

A forked process has everything already.  A Python that is started anew (``flask run``, a spawned process) finds
`startup/sitecustomize.py` along its ``PYTHONPATH``, and from there comes to `job.begin_as_child`.
"""

# Plain os.path, as in main.py.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import json
import os
import select
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from typing import Any

    from .reporter import Facts

VARIABLE = "GRADER_INSIDE"
GRACE_FOR_CHILDREN = 15.0
LOOK = 0.02


class Sign:
    """A sign that all processes of an app see: that one of them serves; `ends` are those of a pipe."""

    def __init__(self, ends: tuple[int, int]) -> None:
        self.ends = ends
        self.given_here = False

    def give(self) -> None:
        """Say that this process serves."""
        self.given_here = True
        os.write(self.ends[1], b"s")

    def is_given(self) -> bool:
        """Whether a process serves."""
        if sys.platform == "win32":  # where processes of the app do not serve, and `select` takes no pipes
            return self.given_here
        return bool(select.select([self.ends[0]], [], [], 0)[0])


def pass_on(listener: socket.socket, channel: int, sign: Sign, facts: Facts) -> None:
    """Let the Pythons that are started from now on serve as well; `facts` are what they have to know."""
    if sys.platform == "win32":
        return
    numbers = (listener.fileno(), channel, *sign.ends)
    for number in numbers:
        os.set_inheritable(number, True)
    os.environ[VARIABLE] = json.dumps({**facts, "listener": listener.fileno(), "channel": channel, "sign": sign.ends})
    os.environ["PYTHONPATH"] = os.path.join(os.path.dirname(os.path.realpath(__file__)), "startup")
    hand_down(numbers)


def hand_down(numbers: tuple[int, ...]) -> None:
    """Have `subprocess` and `multiprocessing` close all but these files, too, and start Python with no flags."""
    import _posixsubprocess

    start: Callable[..., Any] = _posixsubprocess.fork_exec

    def start_with_them(arguments: Any, programs: Any, close: Any, kept: Any, *more: Any) -> Any:
        return start(arguments, programs, close, tuple(sorted({*kept, *numbers})), *more)

    _posixsubprocess.fork_exec = start_with_them
    if "subprocess" in sys.modules:
        change_subprocess(sys.modules["subprocess"])


def change_subprocess(module: Any) -> None:
    """Change what `subprocess` has names of its own for; with which flags our Python was started is not passed on."""
    module._args_from_interpreter_flags = list  # noqa: SLF001
    if sys.platform != "win32":  # where there is no such module
        import _posixsubprocess

        module._fork_exec = _posixsubprocess.fork_exec  # noqa: SLF001 - its name since Python 3.11
        module._USE_POSIX_SPAWN = False  # noqa: SLF001 - which closes what is handed down, since Python 3.13


def wait_for_children(sign: Sign) -> None:
    """Let a child come up that serves; returns at once where there are none, and in the end where none serves."""
    patience = time.monotonic() + GRACE_FOR_CHILDREN
    while not sign.is_given() and has_children() and time.monotonic() < patience:
        time.sleep(LOOK)


def end_daemons() -> bool:
    """End what `multiprocessing` ends with the program; returns whether there was any."""
    processes = sys.modules.get("multiprocessing")
    daemons = [child for child in (processes.active_children() if processes else ()) if child.daemon]
    for child in daemons:
        child.terminate()
        child.join()
    return bool(daemons)


def has_children() -> bool:
    """Whether a process that this one has started still runs."""
    if not hasattr(os, "waitid"):
        return False
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False
