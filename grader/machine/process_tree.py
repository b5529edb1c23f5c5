"""A process and all that it has started, found often and cheaply."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

import psutil

GONE = (psutil.Error, OSError)
"""What psutil raises about a process that ends while it is asked about: some of Windows' errors come as they are."""
# Only Linux has it (proc_pid_task_tid_children(5)), and not every one.
_TELLS_OF_CHILDREN = Path(f"/proc/self/task/{os.getpid()}/children").exists()


class ProcessTree:
    """A process and its descendants, as they are from look to look.

    To ask every process of this machine for its parent takes more of a processor than most apps do, so those of the
    tree are asked for their children.  Who was a member stays one: an orphan goes to an ancestor.

    `pid` is that of the process that started the others.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._members: dict[int, psutil.Process] = {}

    def look(self) -> list[psutil.Process]:
        """Return those that run now, the first of all first; none when that one has ended."""
        if not _TELLS_OF_CHILDREN:
            return _read_tree(self._pid)
        found: dict[int, psutil.Process] = {}
        to_ask = [*reversed(self._members), self._pid]
        while to_ask:
            pid = to_ask.pop()
            if pid not in found:
                with suppress(psutil.Error, FileNotFoundError):
                    to_ask += _children(pid)
                    found[pid] = self._members.get(pid) or psutil.Process(pid)
        self._members = found
        return list(found.values()) if self._pid in found else []


def _children(pid: int) -> list[int]:
    """Read which processes a process has started: all that can be told, where too many files are open.

    Raises `FileNotFoundError`: it is gone.
    """
    found: list[int] = []
    folder = f"/proc/{pid}/task"
    try:
        for thread in os.listdir(folder):  # noqa: PTH208 - a hundred of them, ten times a second
            with suppress(OSError), open(f"{folder}/{thread}/children", "rb") as file:  # noqa: PTH123
                found += map(int, file.read().split())
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise
    return found


def _read_tree(pid: int) -> list[psutil.Process]:
    with suppress(*GONE):
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    return []
