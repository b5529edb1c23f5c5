"""What one submission may use while it runs (contract, "Limits for one submission")."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class RunLimits:
    """Bounds on a running app; sizes in bytes, times in seconds.

    Parameters
    ----------
    memory, processes
        For all processes of the app together; threads count as processes.
    written
        What the app may write to files.
    output
        How much of what it prints is kept.
    load, request, total
        Time to load app.py, to answer one request, and for everything.
    reply
        How much of one reply is read.

    """

    memory: int = 512 * MEGABYTE
    processes: int = 64
    open_files: int = 256
    written: int = 64 * MEGABYTE
    output: int = MEGABYTE
    load: float = 20.0
    request: float = 10.0
    total: float = 90.0
    reply: int = 5 * MEGABYTE
