"""What one submission may use while it runs (contract, "Limits for one submission")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.model.faults import StudentFault
from grader.model.places import NOWHERE

if TYPE_CHECKING:
    from grader.sandbox.messages import Crash, Frame

MEGABYTE = 1024 * 1024
Limit = Literal["memory", "processes", "written", "entries", "open_files"]

# What an app did, and what to do about it.
_BROKEN: dict[Limit, tuple[str, str]] = {
    "memory": ("took more than {} MB of memory", "Look for a list, text or file that grows without end."),
    "processes": (
        "started more than {} processes and threads",
        "A web app for this exercise needs no processes or threads of its own.",
    ),
    "written": ("wrote more than {} MB to files", "Look for a loop that writes without end."),
    "entries": ("made more than {:,} files and folders", "Look for a loop that makes files without end."),
    "open_files": (
        "opened more than {} files and connections at the same time",
        "Close what you open; `with open(...) as file:` does.",
    ),
}
_STARTS_A_PROGRAM = re.compile(r"\b(?:os\.system|subprocess\.\w+|Popen|popen)\(.*\b(?:flask|python3?|app)\b")
_STARTS_ITSELF = (
    "That line starts the app again, which comes to that line again, and so on. Write it below "
    "`if __name__ == '__main__':`."
)
_SIGNS: tuple[tuple[str, Limit], ...] = (
    ("[Errno 28]", "written"),  # no space left on device
    ("[Errno 27]", "written"),  # file too large
    ("[Errno 24]", "open_files"),
    ("[Errno 11]", "processes"),  # fork: resource temporarily unavailable
    ("can't start new thread", "processes"),
)


@dataclass(frozen=True)
class RunLimits:
    """Bounds on a running app; sizes in bytes, times in seconds.

    Parameters
    ----------
    memory, processes
        For all processes of the app together; threads count as processes.
    written, entries
        What the app may write to files, and how many of them and of folders there may be (in the sandbox).
    output
        How much of what it prints is kept.
    load, request, visit, total
        Time to load app.py, to answer one request, to show one page in the browser, and for everything.
    reply
        How much of one reply is read.
    packages
        Which installed packages it may import, besides Flask and what Flask needs.
    """

    memory: int = 512 * MEGABYTE
    processes: int = 64
    open_files: int = 256
    written: int = 64 * MEGABYTE
    entries: int = 20_000
    output: int = MEGABYTE
    load: float = 20.0
    request: float = 10.0
    visit: float = 10.0
    total: float = 90.0
    reply: int = 5 * MEGABYTE
    packages: tuple[str, ...] = ()

    def exceeded(self, limit: Limit) -> str:
        """Say what an app did that has broken a limit, as the end of a sentence about it."""
        return _BROKEN[limit][0].format(getattr(self, limit) // (MEGABYTE if limit in {"memory", "written"} else 1))

    def fault(self, limit: Limit, when: str, at: Frame | None) -> StudentFault:
        """Say that an app has broken a limit, at which of its lines, and what to do; `when` ends the sentence."""
        place = f" at {at.place_name}" if at else ""
        return StudentFault(
            f"The app {self.exceeded(limit)}{place} {when}.",
            observed=at.text if at else None,
            hint=_STARTS_ITSELF if at and _STARTS_A_PROGRAM.search(at.text) else _BROKEN[limit][1],
            **(at.place if at else NOWHERE),
        )


def limit_behind(crash: Crash) -> Limit | None:
    """Return which limit an exception tells of."""
    if "MemoryError" in crash.bases:
        return "memory"
    told = "OSError" in crash.bases or "RuntimeError" in crash.bases
    return next((limit for sign, limit in _SIGNS if told and crash.message.startswith(sign)), None)
