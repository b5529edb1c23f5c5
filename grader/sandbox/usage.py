"""What an app's processes use together, measured from outside, and which limit that breaks."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from grader.machine.process_tree import GONE, ProcessTree

if TYPE_CHECKING:
    from grader.sandbox.limits import Limit, RunLimits

OWN_TASKS = 6  # bubblewrap's process and process 1; Python's main thread, the watching one, its watchdog, a request
_MOST_FILES = 20_000
_HAS_STAT = sys.platform == "linux"  # proc_pid_stat(5)
_PAGE = os.sysconf("SC_PAGE_SIZE") if sys.platform == "linux" else 1


def broken_limit(tree: ProcessTree, folder: str | None, room: int, limits: RunLimits) -> Limit | None:
    """Return which limit an app exceeds, all of its processes together.

    `folder` is the app's, where nothing else bounds what is written to it, and `room` the size of the hand-in in it.
    """
    processes = tree.look()
    tasks, resident = (sum(each) for each in zip((0, 0), *map(_tasks_and_resident, processes), strict=True))
    if tasks > limits.processes + OWN_TASKS:
        return "processes"
    # What is resident is counted for every process that shares it; the exact figure takes longer to get.
    if resident > limits.memory and sum(map(_exact, processes)) > limits.memory:
        return "memory"
    if folder is not None and _size(folder) > limits.written + room:
        return "written"
    if any(_entries(process) > limits.entries for process in processes):
        return "entries"
    return None


def _tasks_and_resident(process: psutil.Process) -> tuple[int, int]:
    """Return how many threads a process has, and its bytes of memory that are resident; nothing of one that is gone."""
    tasks = resident = 0
    if _HAS_STAT:
        with suppress(*GONE):
            tasks, resident = _read_stat(f"/proc/{process.pid}")
            if tasks > 1 and not resident:  # the first thread has ended, and the kernel asks that one alone
                folder = f"/proc/{process.pid}/task"
                threads = os.listdir(folder)  # noqa: PTH208 - often
                resident = max((_read_stat(f"{folder}/{thread}")[1] for thread in threads), default=0)
        return tasks, resident
    with suppress(*GONE):  # each by itself: a system that keeps one of them secret still tells the other
        tasks = int(process.num_threads())
    with suppress(*GONE):
        resident = int(process.memory_info().rss)
    return tasks, resident


def _read_stat(folder: str) -> tuple[int, int]:
    """Return the threads of a process and its resident bytes; nothing of a thread that is gone."""
    with suppress(FileNotFoundError, ProcessLookupError), open(f"{folder}/stat", "rb") as file:  # noqa: PTH123 - often
        fields = file.read().rpartition(b")")[2].split()
        return int(fields[17]), int(fields[21]) * _PAGE
    return 0, 0


def _exact(process: psutil.Process) -> int:
    """Return resident memory, what is shared counted once among those who share it; all of it where that is secret."""
    try:
        full = process.memory_full_info()
    except (psutil.AccessDenied, psutil.ZombieProcess):  # macOS tells it of few; or the first thread has ended
        return _tasks_and_resident(process)[1]
    except GONE:
        return 0
    return int(getattr(full, "pss", full.uss)) or _tasks_and_resident(process)[1]


def _entries(process: psutil.Process) -> int:
    """Return how many files and folders there are on a sandbox's disk, which each take some of the kernel's memory."""
    if sys.platform != "linux":
        return 0
    disk = f"/proc/{process.pid}/root/tmp"
    with suppress(OSError):
        if os.stat(disk).st_dev != os.stat("/tmp").st_dev:  # noqa: PTH116, S108
            status = os.statvfs(disk)
            return status.f_files - status.f_ffree
    return 0


def _size(folder: str) -> int:
    """Return what the files below a folder take, as far as they can be counted in a moment."""
    total = files = 0
    for here, _folders, names in os.walk(folder):
        for name in names:
            files += 1
            with suppress(OSError):
                total += os.lstat(os.path.join(here, name)).st_size  # noqa: PTH118 - thousands of times a second
        if files > _MOST_FILES:
            break
    return total


def end_strays(folder: str) -> None:
    """End what a plain process has left behind under a session or parent of its own; its home is the app's folder."""
    for process in psutil.process_iter():
        with suppress(*GONE):
            if process.pid != os.getpid() and process.environ().get("HOME") == folder:
                process.kill()


def end_descendants(tree: ProcessTree) -> None:
    """End all processes but the first, which the others descend from."""
    for process in tree.look()[1:]:
        with suppress(*GONE):
            process.kill()
