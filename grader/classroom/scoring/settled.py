"""Whether anything has changed since a hand-in was graded: told without opening it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from grader.model.faults import InputError

if TYPE_CHECKING:
    from grader.classroom.records import Entry
    from grader.grading import Settings
    from grader.platforms.exports.handin import HandIn
    from grader.rubric import Activity

SETTLED = "settled"
"""Under which it is kept of an entry."""


def with_scoring(running: str, scoring: str) -> str:
    """Return the key of an entry: what was run, and how it was scored."""
    return f"{running}.{scoring}"


def facts_of(activity: Activity, settings: Settings) -> dict[str, Any]:
    """Return what a report depends on besides the hand-in and how it is scored, as plain data."""
    from grader import __version__
    from grader.document import recogniser

    return {
        "activity": [activity.id, activity.version.partition("+course.")[0]],
        "grader": __version__,
        "isolation": settings.isolation,
        "skip": sorted(settings.skip),
        "ocr": recogniser(),
        "screenshots": settings.screenshots,
        "limits": asdict(settings.limits),
        "course": settings.course.running(activity.id),
    }


def settled_by(hand_in: HandIn, mark: str, asked: Activity | None, activity: Activity, settings: Settings) -> str:
    """Return what stays the same as long as grading a hand-in again would find the same.

    Parameters
    ----------
    mark
        `HandIn.mark`, as it was before the hand-in was opened.
    asked
        The activity that was named; None where each says by itself what it answers.
    activity
        The one that it answers.
    """
    facts = {
        "mark": mark,
        "asked": asked is not None,
        "hand-in": [
            hand_in.name,
            str(hand_in.submitted),
            hand_in.late,
            hand_in.flattened,
            *(hand_in.attempt, hand_in.app, hand_in.notes, hand_in.left_out),
        ],
        **facts_of(activity, settings),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def is_settled(entry: Entry, hand_in: HandIn, asked: Activity | None, activity: Activity, settings: Settings) -> bool:
    """Whether a hand-in need not be opened: nothing of it, of the activity and of the settings has changed."""
    known = entry.extra.get(SETTLED)
    if not entry.key or known is None or (asked is not None and asked.id != activity.id):
        return False
    try:
        return bool(known == settled_by(hand_in, hand_in.mark(), asked, activity, settings))
    except InputError:  # whoever opens it says what is wrong
        return False
