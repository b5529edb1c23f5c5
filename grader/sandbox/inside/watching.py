"""Which line is being run, told from time to time."""

from __future__ import annotations

import faulthandler
import sys
import time

from .ending import HEARTBEAT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .folder import Folder
    from .reporter import Reporter


def watch(
    busy: Callable[[], list[int] | None], report: Reporter, folder: Folder, stuck: float, *, forked: bool = False
) -> None:
    """Say from time to time which of the student's lines is being run, so that an endless one can be named.

    A line that never lets go of the interpreter, such as a regular expression without end, silences this thread too;
    then, after ``stuck`` seconds, it is `faulthandler` that speaks.  It may not do so merely because a slow machine was
    late with this thread: it looks at frames that others are using, and Python ends where it reads a freed one.

    Parameters
    ----------
    busy
        Returns the threads at work; None where another process has taken over.
    forked
        Whether this is a copy of a process in which this went on: `faulthandler` would wait in it, for ever and for all
        threads, for a thread of its own that was not copied.

    """
    while busy() is not None:
        if not forked:
            faulthandler.dump_traceback_later(stuck, file=report.channel)
        time.sleep(HEARTBEAT)
        frames = sys._current_frames()  # noqa: SLF001
        for thread in busy() or ():
            stack = folder.stack(frames[thread]) if thread in frames else []
            if stack:
                report("busy", frames=stack[-1:])
    if not forked:
        faulthandler.cancel_dump_traceback_later()
