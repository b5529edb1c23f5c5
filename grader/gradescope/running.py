"""Grading one submission where Gradescope has put it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.report.wording import number

if TYPE_CHECKING:
    from grader.grading import Grader
    from grader.rubric import Activity, Report

SOURCE, SUBMISSION = Path("source"), Path("submission")


def grade(activity: Activity, grader: Grader) -> Report:
    """Grade the submission; one that cannot be opened gets a report that says why, as in ``grader batch``."""
    from grader.grading import OnDisk

    return grader.run_or_refuse(OnDisk(SUBMISSION, submitted=_submitted()), activity)


def advice(report: Report) -> list[str]:
    """Return what the instructor should know; Gradescope shows to them alone what is printed."""
    said = []
    if report.environment.isolation == "process":
        said.append(
            "This container allows no sandbox: the submission ran as a plain process without root's rights, in a "
            "container that is thrown away."
        )
    total, maximum = _total_points(), report.score.maximum
    if total is not None and total < maximum:
        said.append(
            f"The assignment has {number(total)} points in Gradescope and {report.activity} has {number(maximum)}: "
            f"set the assignment's points to {number(maximum)}."
        )
    return said


def _total_points() -> float | None:
    """Return what the assignment is worth in Gradescope, all of it; None where that is not told."""
    try:
        return float(_metadata()["assignment"]["total_points"])
    except (ValueError, KeyError, TypeError):
        return None


def _submitted() -> datetime | None:
    try:
        return datetime.fromisoformat(_metadata()["created_at"])
    except (ValueError, KeyError, TypeError):
        return None


def _metadata() -> Any:
    """Return what Gradescope tells of the submission; nothing where the file is not there."""
    try:
        return json.loads(Path("submission_metadata.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
