"""Which line is being run, told from time to time; what nobody waits for any more is ended."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import select
import socket
import sys
import time

from .ending import HEARTBEAT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .reporter import Reporter
    from .students_folder import Folder

ENDS_WORK = os.name == "posix"  # a Python for Windows has crashed, under Wine, in an app whose work was ended


class Abandoned(SystemExit):
    """What is raised in the thread that works on a request, once whoever asked has gone."""


class Request:
    """What a thread is at work on: from which port it was asked, and over which connection; None before it serves."""

    def __init__(self, port: object = None, connection: socket.socket | None = None) -> None:
        self.port = port if isinstance(port, int) else None
        self.connection = connection

    def is_left(self) -> bool:
        """Whether whoever asked has gone."""
        if self.connection is None:
            return False
        try:
            said_more = select.select([self.connection], [], [], 0)[0]
            return bool(said_more) and not self.connection.recv(1, socket.MSG_PEEK)
        except ValueError:  # closed on this side: the answer is out
            return False
        except OSError:
            return True


def watch(busy: Callable[[], dict[int, Request] | None], report: Reporter, folder: Folder, stuck: float | None) -> None:
    """Say from time to time which of the student's lines is being run, so that an endless one can be named.

    A line that never lets go of the interpreter, such as a regular expression without end, silences this thread too;
    then, after ``stuck`` seconds, it is `faulthandler` that speaks.  It may not do so merely because a slow machine was
    late with this thread: it looks at frames that others are using, and Python ends where it reads a freed one.

    `busy` returns the threads at work, and what at; None where another process has taken over.  `stuck` is None in a
    copy of a process in which this went on: `faulthandler` would wait in it, for ever and for all threads, for a thread
    of its own that was not copied.
    """
    while (before := busy()) is not None:
        if stuck is not None:
            faulthandler.dump_traceback_later(stuck, file=report.channel)
        time.sleep(HEARTBEAT)
        frames = sys._current_frames()  # noqa: SLF001
        for thread, request in (busy() or {}).items():
            stack = folder.stack(frames[thread]) if thread in frames else []
            if stack:
                report("busy", port=request.port, frames=stack[-1:])
            if ENDS_WORK and request is before.get(thread) and request.is_left():
                _end(thread)
    if stuck is not None:
        faulthandler.cancel_dump_traceback_later()


def _end(thread: int) -> None:
    """End the work on a request that nobody waits for: else a loop without end takes a processor to the last."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Abandoned))
