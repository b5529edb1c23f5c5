"""Control groups (cgroup v2): bounds that the kernel keeps for all processes of an app together.

The bounds of each process (`grader.sandbox.inside.confinement.limit`) say nothing of their sum, and the watcher
(`grader.sandbox.usage`) looks ten times a second; in between, only this stops an app.  Where they can be made is found
out by `grader.sandbox.delegation`.
"""

from __future__ import annotations

import itertools
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from grader.sandbox.limits import MEGABYTE
from grader.sandbox.usage import OWN_TASKS

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.limits import RunLimits

CONTROLLERS = frozenset({"memory", "pids"})
_KERNELS = 64 * MEGABYTE  # what the kernel keeps for an app's files and processes, which counts as well
_TRIES = 20


class Group:
    """The group of one app.

    Parameters
    ----------
    limits
        What it is bounded to: all its memory together, and its processes and threads.
    disks
        The size of its scratch disks in bytes, which are memory too.

    Raises
    ------
    OSError
        It cannot be made.

    """

    def __init__(self, path: Path, limits: RunLimits, disks: int) -> None:
        self._path = path
        self._limits = limits
        path.mkdir()
        try:
            self._set("memory.max", limits.memory + disks + _KERNELS)
            self._set("memory.oom.group", 1)  # all of them end, rather than one that the kernel chooses
            self._set("pids.max", limits.processes + OWN_TASKS)
            with suppress(FileNotFoundError):  # a kernel without swap
                self._set("memory.swap.max", 0)
        except OSError:
            remove(path)
            raise

    def _set(self, name: str, value: int) -> None:
        (self._path / name).write_text(str(value))

    def open_entrance(self) -> int:
        """Return a descriptor for the process that is to be bounded: it writes ``0`` there."""
        return os.open(self._path / "cgroup.procs", os.O_WRONLY)

    def broken_limit(self) -> str | None:
        """Return which limit the kernel has held the app to, as the end of a sentence about it."""
        if self._count("memory.events", "oom_kill"):
            return self._limits.memory_exceeded
        if self._count("pids.events", "max"):
            return self._limits.processes_exceeded
        return None

    def _count(self, name: str, event: str) -> int:
        with suppress(OSError):  # the group is gone
            return fields(self._path / name).get(event, 0)
        return 0

    def close(self) -> None:
        """End what is in the group, and remove it."""
        with suppress(OSError):  # before Linux 5.14 others have to end them
            self._set("cgroup.kill", 1)
        remove(self._path)


class Tree:
    """A group of the grader's own, and in it those of its apps.

    Parameters
    ----------
    path
        Processes that are in it are moved one level down: the kernel bounds only groups beside which there are none.

    Raises
    ------
    OSError
        It may not be used like that.

    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers = itertools.count(1)
        others = path / "server"
        for _ in range(_TRIES):  # others may be started meanwhile
            members = (path / "cgroup.procs").read_text().split()
            if not members:
                break
            others.mkdir(exist_ok=True)
            for member in members:
                with suppress(ProcessLookupError):
                    (others / "cgroup.procs").write_text(member)
        enable_controllers(path)

    def group(self, limits: RunLimits, disks: int) -> Group:
        """Return a new group for an app; see there."""
        return Group(self._path / f"app-{next(self._numbers)}", limits, disks)

    def close(self) -> None:
        """Remove it, with what is left in it."""
        remove(self._path)


def enable_controllers(path: Path) -> None:
    """Have the groups within a group bounded."""
    (path / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in sorted(CONTROLLERS)))


def fields(file: Path) -> dict[str, int]:
    """Return the numbers that a file of a group holds, by their names."""
    lines = (line.split() for line in file.read_text().splitlines())
    return {name: int(value) for name, value in lines}


def remove(path: Path) -> None:
    """Remove a group and those within; one whose processes are still ending stays."""
    with suppress(OSError):
        for inner in [entry for entry in path.iterdir() if entry.is_dir()]:
            remove(inner)
        path.rmdir()
