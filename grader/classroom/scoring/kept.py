"""What is kept of a hand-in so that it can be scored again, and scoring it again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.model.outcome import Status
from grader.model.text import Asked, accepting, squeeze
from grader.report import json_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from grader.course import CourseSettings
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


def scored_again(
    report: Report,
    kept: Mapping[str, Any],
    activity: Activity,
    course: CourseSettings,
    submitted: datetime | None,
) -> Report | None:
    """Return a report as it would be with these settings of the course; None where the app has to be run for that.

    Parameters
    ----------
    report
        What was found, before any person decided.
    kept
        What `kept_for_scoring` made of it.
    activity
        As the handout has it.
    """
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
        if ending["asked"] is not None and all(Asked(*asked).is_answered_alike() for asked in ending["asked"]):
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
