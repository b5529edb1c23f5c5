"""A machine on which a process and all that it starts get a small part of one processor: the kernel sees to it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

_PERIOD = 100_000  # microseconds
_V1, _V2 = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")


def _top() -> Path | None:
    """Return the control group under which others may be made, whichever way this system mounts them."""
    for top in (_V1, _V2):
        if (top / "cgroup.procs").exists() and os.access(top / "cgroup.procs", os.W_OK):
            return top
    return None


CAN_BE_SLOW = _top() is not None


@contextmanager
def slow_machine(percent: int) -> Iterator[None]:
    """Let this process, and all that it has started or starts, have so much of one processor."""
    top = _top()
    assert top
    group = top / f"grader-slow-{os.getpid()}"
    group.mkdir()
    try:
        if top == _V1:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(_PERIOD * percent // 100))
        else:
            (group / "cpu.max").write_text(f"{_PERIOD * percent // 100} {_PERIOD}")
        for process in (me := psutil.Process(), *me.children(recursive=True)):
            with suppress(ProcessLookupError):  # it has just ended
                (group / "cgroup.procs").write_text(str(process.pid))
        yield
    finally:
        _remove(group, top)


def _remove(group: Path, top: Path) -> None:
    for _ in range(100):
        with suppress(OSError):
            for process in (group / "cgroup.procs").read_text().split():
                (top / "cgroup.procs").write_text(process)
            group.rmdir()
            return
        time.sleep(0.05)
