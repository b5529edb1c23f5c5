"""Taking away the folder of an app that ran as a plain process."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from contextlib import suppress
from typing import Any

from grader.machine.clock import TICK

_TRIES = 20


def remove_folder(folder: str) -> None:
    """Remove a folder, whatever the app has done in it.

    What is write-protected is made writable.  Windows keeps what is open in another program, or belongs to a process
    that has only just ended: it is given two seconds to let go.
    """

    def allow(_function: object, path: str, _error: object) -> None:
        """Make what could not be removed, and the folder that it is in, writable for the next try; nothing above."""
        for each in (path,) if path == folder else (os.path.dirname(path), path):  # noqa: PTH120
            with suppress(OSError):
                if not os.path.islink(each):  # noqa: PTH114
                    os.chmod(each, stat.S_IRWXU)  # noqa: PTH101

    handler: dict[str, Any] = {"onexc" if sys.version_info >= (3, 12) else "onerror": allow}
    for _ in range(_TRIES):
        shutil.rmtree(folder, **handler)
        if not os.path.lexists(folder):
            return
        time.sleep(TICK)
