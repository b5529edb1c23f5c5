"""What a command costs: seconds on the clock, and processor time of all that it starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

# As after an installation: else each start compiles all of Python's code anew, which hides what is compared.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_PERF = shutil.which("perf")
"""Counts the work of all descendants, those in namespaces of their own included, which no parent is told of."""


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and of work of all processors together."""

    wall: float
    cpu: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.cpu - other.cpu)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)

    def __mul__(self, factor: float) -> Cost:
        return Cost(self.wall * factor, self.cpu * factor)

    def to(self, other: Cost) -> Cost:
        """Return both as ratios."""
        return Cost(self.wall / other.wall, self.cpu / other.cpu)


def cost_of(command: list[str], *, exits: tuple[int, ...] = (0,), **options: Any) -> Cost:
    """Run a command and return its cost; without perf all that this machine works meanwhile counts as its work.

    Parameters
    ----------
    exits
        The exit codes that are right.
    options
        For `subprocess.run`.

    """
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "perf")
        counted = [_PERF, "stat", "-x", ",", "-e", "task-clock", "-o", str(told), "--"] if _PERF else []
        started, before = time.perf_counter(), _machines_work()
        done = subprocess.run([*counted, *command], capture_output=True, text=True, check=False, **options)
        wall, work = time.perf_counter() - started, _machines_work() - before
        if done.returncode not in exits:
            raise SystemExit(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr[-2000:]}")
        if told.exists():
            work = (
                next(float(line.split(",")[0]) for line in told.read_text().splitlines() if "task-clock" in line) / 1000
            )
    return Cost(wall, work)


def _machines_work() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.system)
