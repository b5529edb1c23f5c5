"""The folder on this machine where an app that is not in the sandbox finds its files, and whether there is room."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from contextlib import suppress
from typing import Any

from grader.machine.clock import TICK
from grader.model.faults import MachineFault
from grader.sandbox.limits import MEGABYTE

_SCARCE = 32 * MEGABYTE
_TRIES = 20


def new_folder() -> str:
    """Make a folder for an app's files.

    Raises `MachineFault`: there is no place for it.
    """
    try:
        return os.path.realpath(tempfile.mkdtemp(prefix="grader-"))
    except OSError as error:
        raise MachineFault(
            f"There is no place for the app's files: {error.strerror or error}.",
            hint=f"Free some space, or name a folder that can be written to in TMPDIR (now {tempfile.gettempdir()}).",
        ) from error


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


def require_space(folder: str | None) -> None:
    """Make sure that it is not this machine's disk that is full; without a folder the app has a disk of its own.

    Raises `MachineFault`: it is.
    """
    if folder is not None:
        with suppress(OSError):
            if shutil.disk_usage(folder).free < _SCARCE:
                raise MachineFault(f"The disk with {folder} is full.", hint="Free some space and try again.")


def require_large_files(size: int) -> None:
    """Make sure that this machine lets files be as large as an app may make them.

    Raises `MachineFault`: somebody has limited them to less.
    """
    if sys.platform == "win32":
        return
    import resource

    most = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    if most != resource.RLIM_INFINITY and most < size:
        raise MachineFault(
            f"Files on this machine may be no larger than {most:,} bytes.", hint="Lift the limit: ulimit -f unlimited"
        )
