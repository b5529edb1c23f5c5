"""A process and all that it has started, found often and cheaply."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import psutil

GONE = (psutil.Error, OSError)
"""What psutil raises about a process that ends while it is asked about: some of Windows' errors come as they are."""
_NOBODY = 0  # the parent of the first process, and of those that came into a container from outside


class Family:
    """A process and its descendants, as they are from look to look.

    Reading every process's parent several times a second takes more of a processor than most apps do.  Nobody's
    parents change but an orphan's, which goes to an ancestor; so who does not belong to the family never will.

    Parameters
    ----------
    pid
        Of the process that started the others.

    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._members: dict[int, psutil.Process] = {}
        self._strangers = {_NOBODY}

    def look(self) -> list[psutil.Process]:
        """Return those that run now, the first of all first; none when that one has ended."""
        if sys.platform != "linux":
            return _read_family(self._pid)
        try:
            there = {_NOBODY, *map(int, filter(str.isdigit, os.listdir("/proc")))}  # noqa: PTH208 - ten times a second
        except OSError:  # too many files are open: what was seen before has to do
            return list(self._members.values())
        self._strangers &= there
        self._members = {pid: member for pid, member in self._members.items() if pid in there}
        if self._pid in there:
            self._sort(there - self._strangers - self._members.keys())
        return list(self._members.values()) if self._pid in self._members else []

    def _sort(self, new: set[int]) -> None:
        """Tell members from strangers; one whose parent is not known yet is asked again at the next look."""
        parents = {pid: _parent(pid) for pid in new - {self._pid}}
        self._add(new & {self._pid})
        while parents:
            members = {pid for pid, parent in parents.items() if parent in self._members}
            strangers = {pid for pid, parent in parents.items() if parent in self._strangers}
            if not members | strangers:
                return
            self._add(members)
            self._strangers |= strangers
            parents = {pid: parent for pid, parent in parents.items() if pid not in members | strangers}

    def _add(self, pids: set[int]) -> None:
        for pid in pids:
            with suppress(*GONE):
                self._members[pid] = psutil.Process(pid)


def _parent(pid: int) -> int | None:
    """Read a process's parent (proc_pid_stat(5)); None of one that is gone."""
    with suppress(OSError, ValueError), open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - hundreds at a time
        return int(file.read().rpartition(b")")[2].split()[1])
    return None


def _read_family(pid: int) -> list[psutil.Process]:
    with suppress(*GONE):
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    return []
