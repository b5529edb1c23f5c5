"""An entry of the journal as it would be with other settings of the course."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from grader.classroom.scoring.kept import SCORING, scored_again
from grader.classroom.scoring.settled import with_scoring
from grader.report import json_report

if TYPE_CHECKING:
    from grader.classroom.records import Entry
    from grader.course import CourseSettings
    from grader.platforms.exports.handin import HandIn
    from grader.rubric import Activity, Report


def scored(
    entry: Entry, hand_in: HandIn, activity: Activity, course: CourseSettings, as_found: Report | None = None
) -> tuple[Entry, Report | None] | None:
    """Score an entry again.

    Parameters
    ----------
    as_found
        The entry's report, where it has been read already.
    activity
        As the handout has it.

    Returns
    -------
    tuple or None
        The entry and its report; the same entry without one where nothing has changed.  None where the app has to be
        run for it.
    """
    running, _, scoring = entry.key.partition(".")
    if scoring == course.scoring(activity.id):
        return entry, None
    kept = entry.extra.get(SCORING)
    if not running or not scoring or kept is None:
        return None
    report = scored_again(as_found or entry.full_report(), kept, activity, course, hand_in.submitted)
    if report is None:
        return None
    kept = {**kept, "notes": list(course.finish(replace(report, notes=()), hand_in.submitted).notes)}
    now = replace(
        entry,
        key=with_scoring(running, course.scoring(activity.id)),
        report=json_report.to_dict(report),
        extra={**entry.extra, SCORING: kept},
    )
    return now, report


def kept_late(course: CourseSettings) -> dict[str, Any] | None:
    """Return what a day late costs as plain data."""
    return asdict(course.late) if course.late else None


@lru_cache(maxsize=32)
def activity_of(id_: str, named: str | None) -> Activity:
    """Return an activity as the handout has it: an installed one, or what the class was `named` to be graded by."""
    from grader.activities import activity_named, installed_activity

    if named is not None and (own := activity_named(named)).id == id_:
        return own
    return installed_activity(id_)
