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

STUCK = 1.5


def watch(server: Server, report: Reporter, folder: Folder) -> None:
    """Say from time to time which of the student's lines is being run, so that an endless one can be named.

    A line that never lets go of the interpreter, such as a regular expression without end, silences this thread too;
    then it is `faulthandler` that speaks.
    """
    main_thread = threading.main_thread().ident or 0
    while True:
        faulthandler.dump_traceback_later(STUCK, file=report.channel)
        time.sleep(HEARTBEAT)
        frames = sys._current_frames()  # noqa: SLF001
        for thread in list(server.watched.busy) if server.watched else [main_thread]:
            stack = folder.stack(frames[thread]) if thread in frames else []
            if stack:
                report("busy", frames=stack[-1:])
