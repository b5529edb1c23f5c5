"""Which line is being run, told from time to time."""

from __future__ import annotations

import faulthandler
import sys
import threading
import time

from .ending import HEARTBEAT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .folder import Folder
    from .reporter import Reporter
    from .server import Server


def watch(server: Server, report: Reporter, folder: Folder, stuck: float) -> None:
    """Say from time to time which of the student's lines is being run, so that an endless one can be named.

    A line that never lets go of the interpreter, such as a regular expression without end, silences this thread too;
    then, after ``stuck`` seconds, it is `faulthandler` that speaks.  It may not do so merely because a slow machine was
    late with this thread: it looks at frames that others are using, and Python ends where it reads a freed one.
    """
    main_thread = threading.main_thread().ident or 0
    while True:
        faulthandler.dump_traceback_later(stuck, file=report.channel)
        time.sleep(HEARTBEAT)
        frames = sys._current_frames()  # noqa: SLF001
        for thread in list(server.watched.busy) if server.watched else [main_thread]:
            stack = folder.stack(frames[thread]) if thread in frames else []
            if stack:
                report("busy", frames=stack[-1:])
