"""What is kept of a hand-in so that it can be scored again, and scoring it again."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from grader.classroom.scoring.settled import with_scoring
from grader.model.outcome import Status
from grader.model.text import WordsQuestion, accepting, squeeze
from grader.report import json_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from grader.classroom.records import Entry
    from grader.course import CourseSettings
    from grader.platforms.exports.handin import HandIn
    from grader.rubric import Activity, Report, Result

SCORING = "scoring"
"""Under which it is kept of an entry."""
_LONGEST = 20_000
"""Characters of a page that are kept; where one is longer, other words need another look at the app itself."""


def kept_for_scoring(
    report: Report, activity: Activity, course: CourseSettings, submitted: datetime | None
) -> dict[str, Any]:
    """Return plain data: what each check has asked about words that a course may change, and how it would end then."""
    wordings = [squeeze(words) for words in activity.wordings]
    checks = {}
    for result in report.results:
        endings = [_ending(each, wordings) for each in (result, *result.supposed)]
        if endings[0]["asked"] != []:
            checks[result.id] = endings
    notes = course.finish(replace(report, notes=()), submitted).notes
    return {"notes": list(notes), "checks": checks}


def _ending(result: Result, wordings: Iterable[str]) -> dict[str, Any]:
    """Return one way in which a check ends; ``asked`` is None where it cannot be told whether it still does."""
    about = dict.fromkeys(asked for asked in result.asked if any(each in squeeze(asked.words) for each in wordings))
    too_long = any(len(asked.shown) > _LONGEST for asked in about)
    asked = [[each.kind, each.words, each.shown, each.answer] for each in about]
    return {
        "asked": None if too_long else asked,
        "ends": json_report.check_to_dict(replace(result, seconds=0.0, evidence=())),
    }


def _scored_again(
    report: Report,
    kept: Mapping[str, Any],
    activity: Activity,
    course: CourseSettings,
    submitted: datetime | None,
) -> Report | None:
    """Return a report, as it was found, with these settings of the course; None where the app has to be run for it."""
    points = course.of(activity.id).points
    asked_now = {check.id: check for check in activity.checks}
    results = []
    with accepting(course.of(activity.id).wordings):
        for result in report.results:
            now = _ending_now(result, kept["checks"].get(result.id))
            check = asked_now.get(result.id)
            if now is None or check is None:
                return None
            share = {Status.PASSED: 1.0, Status.PARTIAL: check.partial}.get(now.status, 0.0)
            worth = points.get(check.id, check.points)
            results.append(replace(now, points=worth, earned=worth * share))
    if _others_would_be_tried(report.results, results, activity):
        return None
    before = len(report.notes) - len(kept["notes"])
    as_found = replace(report, results=tuple(results), notes=report.notes[:before], taken_off=0.0)
    return course.finish(as_found, submitted)


def _ending_now(result: Result, endings: list[dict[str, Any]] | None) -> Result | None:
    """Return how a check ends with the words that are accepted now: the way whose questions are answered alike."""
    if endings is None:
        return result
    for ending in endings:
        if ending["asked"] is not None and all(WordsQuestion(*asked).is_answered_alike() for asked in ending["asked"]):
            if ending is endings[0] and _ends_so(result, ending["ends"]):
                return result
            found = json_report.check_from_dict(ending["ends"])
            return replace(found, evidence=result.evidence, seconds=result.seconds)
    return None


def _ends_so(result: Result, ending: Mapping[str, Any]) -> bool:
    return (result.status.value, result.message) == (ending["status"], ending["message"])


def _others_would_be_tried(before: Iterable[Result], now: Iterable[Result], activity: Activity) -> bool:
    """Whether what a check meets now, or no more, is needed by another one: that one was not tried, or would not be."""
    turned = {
        one.id
        for one, other in zip(before, now, strict=True)
        if one.status.meets_a_need is not other.status.meets_a_need
    }
    return any(turned.intersection(check.needs) for check in activity.checks)


def scored(
    entry: Entry, hand_in: HandIn, activity: Activity, course: CourseSettings, as_found: Report | None = None
) -> tuple[Entry, Report | None] | None:
    """Score an entry of the journal again, by the activity as the handout has it.

    `as_found` is the entry's report, where it has been read already.  Returned are the entry and its report; the same
    entry without one where nothing has changed; None where the app has to be run for it.
    """
    running, _, scoring = entry.key.partition(".")
    if scoring == course.scoring(activity.id):
        return entry, None
    kept = entry.extra.get(SCORING)
    if not running or not scoring or kept is None:
        return None
    report = _scored_again(as_found or entry.full_report(), kept, activity, course, hand_in.submitted)
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
