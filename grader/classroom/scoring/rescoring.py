"""An entry of the journal as it would be with other settings of the course."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from grader.classroom.scoring.kept import SCORING, scored_again
from grader.classroom.scoring.settled import with_scoring
from grader.report import json_report

if TYPE_CHECKING:
    from grader.classroom.asked import ClassRequest
    from grader.classroom.journal import Entry
    from grader.course import CourseSettings
    from grader.platforms.exports.handin import HandIn
    from grader.rubric import Activity


def scored(entry: Entry, hand_in: HandIn, activity: Activity, course: CourseSettings) -> Entry | None:
    """Score an entry again.

    Parameters
    ----------
    activity
        As the handout has it.

    Returns
    -------
    Entry or None
        The same one where nothing has changed; None where the app has to be run for it.

    """
    running, _, scoring = entry.key.partition(".")
    if scoring == course.scoring(activity.id):
        return entry
    kept = entry.extra.get(SCORING)
    if not running or not scoring or kept is None:
        return None
    report = scored_again(entry.full_report(), kept, activity, course, hand_in.submitted)
    if report is None:
        return None
    kept = {**kept, "notes": list(course.finish(replace(report, notes=()), hand_in.submitted).notes)}
    return replace(
        entry,
        key=with_scoring(running, course.scoring(activity.id)),
        report=json_report.to_dict(report),
        extra={**entry.extra, SCORING: kept},
    )


def kept_late(course: CourseSettings) -> dict[str, Any] | None:
    """Return what a day late costs as plain data."""
    return asdict(course.late) if course.late else None


def activity_of(id_: str, asked: ClassRequest) -> Activity:
    """Return an activity as the handout has it: one that is installed, or the file that the class was graded by."""
    return _activity(id_, asked.activity)


@lru_cache(maxsize=32)
def _activity(id_: str, named: str | None) -> Activity:
    from grader.activities import activity_named, installed_activity

    if named is not None and (own := activity_named(named)).id == id_:
        return own
    return installed_activity(id_)
