"""Grading the one submission that a service has put into a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.faults import InputError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from grader.grading import Grader
    from grader.rubric import Activity, Report


def grade(folder: Path, activity: Activity, grader: Grader, *, name: str, submitted: datetime | None) -> Report:
    """Grade a submission; one that cannot be opened gets a report that says why, as in ``grader batch``.

    Parameters
    ----------
    name
        What a report calls a submission that cannot be opened.
    submitted
        When it was handed in, where that is known.

    """
    from grader.grading import report_without_running
    from grader.submission import open_submission

    try:
        submission = open_submission(folder)
    except InputError as error:
        fault = f"{error.message} {error.hint or ''}".strip()
        return report_without_running(name, None, name, grader.settings.course.apply(activity), fault=fault)
    return grader.grade(submission, activity, submitted=submitted)
