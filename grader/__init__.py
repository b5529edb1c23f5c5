"""Grades Flask course activities: runs the app in a jail, drives a real browser, says what is wrong and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from os import PathLike

    from grader.rubric import Activity, Report

__version__ = "0.1.0"
__all__ = ["Activity", "Report", "__version__", "grade"]


def grade(
    path: str | PathLike[str],
    *,
    activity: str | PathLike[str] | None = None,
    config: str | PathLike[str] | None = None,
    skip: Collection[str] = (),
    isolation: str = "auto",
    screenshots: bool = False,
) -> Report:
    """Grade one submission.

    Parameters
    ----------
    path
        A folder, an ``app.py``, a zip, or a Word document by itself.
    activity
        An activity's id or short name, ``11.2``, or a file that makes one; worked out from the submission if not given.
    config
        The course's settings; else a ``grader.toml`` in a folder above the submission.
    skip
        The groups of checks to leave out: ``browser``, ``document``.
    isolation
        ``auto``, ``sandbox`` or ``process``.
    screenshots
        Whether the report is to hold pictures of what the browser saw.

    Raises
    ------
    InputError
        The submission, the activity or the settings cannot be used; one sentence says why, and a code tells programs.
    """
    from pathlib import Path

    from grader.activities import activity_named
    from grader.grading import Grader, OnDisk, settings_for

    path = Path(path)
    asked = activity_named(str(activity)) if activity else None
    settings = settings_for(
        path,
        activity=asked,
        config=None if config is None else str(config),
        isolation=isolation,
        skip=skip,
        screenshots=screenshots,
        pictures=screenshots,
    )
    with Grader(settings) as grader:
        return grader.run(grader.open(OnDisk(path), asked))


def __getattr__(name: str) -> object:
    if name in {"Activity", "Report"}:  # loaded when asked for: each process of the grader imports this file
        from grader import rubric

        return getattr(rubric, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
