"""What this process's descendants were given of the processors, and how long they stood in line for them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from grader.machine.process_tree import ProcessTree

_NANOSECONDS = 1e-9


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Turn(NamedTuple):
    """Seconds that were spent at work, and in line for a processor while others were at work."""

    ran: float = 0.0
    waited: float = 0.0


class Descendants:
    """All that this process has started, as it is from look to look.

    Only Linux says how long a thread has stood in line; elsewhere nobody ever does.
    """

    def __init__(self) -> None:
        self._seen: dict[str, Turn] | None = None
        self._tree: ProcessTree | None = None

    def forget(self) -> None:
        """Begin anew with the next look."""
        self._seen = self._tree = None  # meanwhile a stranger's number may go to one of them

    def look(self) -> Turn:
        """Return what all their threads together have had since the last look; nothing at the first one."""
        before, self._seen = self._seen, self._threads()
        if before is None:
            return Turn()
        both = [(turn, before.get(thread, Turn())) for thread, turn in self._seen.items()]
        return Turn(
            sum(max(now.ran - then.ran, 0.0) for now, then in both),
            sum(max(now.waited - then.waited, 0.0) for now, then in both),
        )

    def _threads(self) -> dict[str, Turn]:
        """Read every thread's turn (Linux, Documentation/scheduler/sched-stats.rst)."""
        if sys.platform != "linux":
            return {}
        if self._tree is None:
            from grader.machine.process_tree import ProcessTree

            self._tree = ProcessTree(os.getpid())
        found: dict[str, Turn] = {}
        for process in self._tree.look()[1:]:
            with suppress(OSError):
                folder = f"/proc/{process.pid}/task"
                for thread in os.listdir(folder):  # noqa: PTH208 - a hundred of them, several times a second
                    with suppress(OSError, ValueError), open(f"{folder}/{thread}/schedstat", "rb") as file:  # noqa: PTH123
                        ran, waited, _turns = file.read().split()
                        found[thread] = Turn(int(ran) * _NANOSECONDS, int(waited) * _NANOSECONDS)
        return found
