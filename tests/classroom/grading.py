"""Reports and hand-ins as short as a test can be, and how to look into what was written of them."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timezone
from pathlib import Path

from grader.model.outcome import Status
from grader.model.report import Environment, Handed, Report, Result
from grader.platforms.exports import HandIn, Person


def report(*earned: float, activity: str = "activity-11.2", pending: int = 0, out_of: float = 10.0) -> Report:
    results = [
        Result(f"check-{n}", "1", f"Check {n} <b>", Status.PASSED if e == out_of else Status.PARTIAL, out_of, e)
        for n, e in enumerate(earned)
    ]
    results += [Result(f"shot-{n}", "1", f"Shot {n}", Status.REVIEW, out_of, 0.0, pending=True) for n in range(pending)]
    return Report(
        grader="0",
        activity=activity,
        title="",
        submission=Handed("", None, ""),
        results=tuple(results),
        environment=Environment("sandbox", None, None, "3"),
        started=datetime(2026, 11, 22, tzinfo=timezone.utc),
        seconds=1.0,
    )


def hand_in(name: str, student: str | None = None, platform: str = "Canvas", **ids: str) -> HandIn:
    return HandIn(name=name, source=name, platform=platform, people=(Person(student, ids),))


def rows_of(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def save(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path
