"""What one submission may use while it runs (contract, "Limits for one submission")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.faults import StudentFault

if TYPE_CHECKING:
    from grader.sandbox.messages import Crash, Frame

MEGABYTE = 1024 * 1024


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

    @property
    def memory_exceeded(self) -> str:
        """What an app did that used too much memory; the end of a sentence."""
        return f"took more than {self.memory // MEGABYTE} MB of memory"

    @property
    def processes_exceeded(self) -> str:
        """What an app did that started too many processes or threads."""
        return f"started more than {self.processes} processes and threads"

    @property
    def written_exceeded(self) -> str:
        """What an app did that wrote too much."""
        return f"wrote more than {self.written // MEGABYTE} MB to files"

    @property
    def entries_exceeded(self) -> str:
        """What an app did that made too many files and folders."""
        return f"made more than {self.entries:,} files and folders"

    @property
    def files_exceeded(self) -> str:
        """What an app did that opened too many files."""
        return f"opened more than {self.open_files} files and connections at the same time"

    def behind(self, crash: Crash) -> str | None:
        """Return which limit an exception tells of, as the end of a sentence about the app."""
        if "MemoryError" in crash.bases:
            return self.memory_exceeded
        signs = (
            ("[Errno 28]", self.written_exceeded),  # no space left on device
            ("[Errno 27]", self.written_exceeded),  # file too large
            ("[Errno 24]", self.files_exceeded),
            ("[Errno 11]", self.processes_exceeded),  # fork: resource temporarily unavailable
            ("can't start new thread", self.processes_exceeded),
        )
        told = "OSError" in crash.bases or "RuntimeError" in crash.bases
        return next((limit for sign, limit in signs if told and crash.message.startswith(sign)), None)


def exceeded(limit: str, when: str, at: Frame | None) -> StudentFault:
    """Say which limit an app has broken, at which of its lines, and what to do about it.

    Parameters
    ----------
    limit
        What it did: see `RunLimits`.
    when
        The end of the sentence: in which situation, or what came of it.
    """
    place = f" at {at.file} line {at.line}" if at else ""
    return StudentFault(
        f"The app {limit}{place} {when}.",
        observed=at.text if at else None,
        hint=_HINTS[limit.partition(" ")[0]],
        file=at.file if at else None,
        line=at.line if at else None,
    )


# By the first word of what the app did.
_HINTS = {
    "took": "Look for a list, text or file that grows without end.",
    "started": "A web app for this exercise needs no processes or threads of its own.",
    "made": "Look for a loop that makes files without end.",
    "wrote": "Look for a loop that writes without end.",
    "opened": "Close what you open; `with open(...) as file:` does.",
}
