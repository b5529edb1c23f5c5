"""Grades Flask course activities: runs the app in a jail, drives a real browser, says what is wrong and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from grader.rubric import Report

__version__ = "0.1.0"
__all__ = ["__version__", "grade"]


def grade(
    path: str | PathLike[str],
    *,
    activity: str | PathLike[str] | None = None,
    config: str | PathLike[str] | None = None,
    isolation: str = "auto",
    screenshots: bool = False,
) -> Report:
    """Grade one submission.

    Parameters
    ----------
    path
        A folder, an ``app.py``, or a zip.
    activity
        An activity's id or short name, ``11.2``, or a file that makes one; worked out from the submission if not given.
    config
        The course's settings; else a ``grader.toml`` in a folder above the submission.
    isolation
        ``auto``, ``sandbox`` or ``process``.
    screenshots
        Whether the report is to hold pictures of what the browser saw.

    Raises
    ------
    InputError
        The submission, the activity or the settings cannot be used; one sentence says why.

    """
    from pathlib import Path

    from grader.activities import activity_named, recognise
    from grader.course import course_settings
    from grader.grading import Grader, Settings
    from grader.sandbox import choose_isolation
    from grader.submission import open_submission

    path = Path(path)
    submission = open_submission(path)
    chosen = activity_named(str(activity)) if activity else recognise(submission.files, submission.source)
    settings = Settings(
        isolation=choose_isolation(isolation, fall_back=True),
        screenshots=screenshots,
        pictures=screenshots,
        course=course_settings(None if config is None else str(config), path, chosen),
    )
    with Grader(settings) as grader:
        return grader.grade(submission, chosen)
