"""What is asked: the activities, found through entry points so that others can add theirs."""

from __future__ import annotations

import difflib
from importlib import import_module
from typing import TYPE_CHECKING

from grader.faults import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.rubric import Activity

_OURS = {
    "discussion-11.1": "grader.activities.discussion_11_1",
    "activity-11.1": "grader.activities.activity_11_1",
    "activity-11.2": "grader.activities.activity_11_2",
}
_GROUP = "grader.activities"
_CODE = (".py", ".html", ".htm")


def all_activities() -> dict[str, Activity]:
    """Return every activity there is by its id, ours first."""
    from importlib.metadata import entry_points

    found: dict[str, Activity] = {id_: import_module(module).activity for id_, module in _OURS.items()}
    for entry in entry_points(group=_GROUP):
        if entry.name not in found:
            found[entry.name] = entry.load()
    return found


def activity_named(name: str) -> Activity:
    """Return the activity of this id or short name (``11.2``); a discussion comes after an activity.

    Raises
    ------
    InputError
        There is none; lists the known ones and suggests the nearest.

    """
    wanted = name.strip().lower().replace("_", "-")
    if wanted in _OURS:
        found: Activity = import_module(_OURS[wanted]).activity
        return found
    activities = all_activities()
    by_name: dict[str, Activity] = {}
    for activity in sorted(activities.values(), key=lambda activity: not activity.id.startswith("activity-")):
        for alias in (activity.id, activity.short_name, activity.id.replace(".", "-")):
            by_name.setdefault(alias.lower(), activity)
    if wanted in by_name:
        return by_name[wanted]
    near = difflib.get_close_matches(wanted, by_name, n=1, cutoff=0.4)
    suggestion = f"Did you mean {by_name[near[0]].id}?" if near else None
    raise InputError(f"There is no activity {name!r}; there are {', '.join(activities)}.", hint=suggestion)


def recognise(files: Mapping[str, bytes], shown_as: str) -> Activity:
    """Work out which activity a submission answers, by the signs that its code gives.

    Raises
    ------
    InputError
        It cannot be told.

    """
    text = "\n".join(
        f"{path}\n{content.decode('utf-8', 'replace')}" for path, content in files.items() if path.endswith(_CODE)
    )
    activities = all_activities()
    scores = {id_: sum(1 for sign in activity.signs if sign.search(text)) for id_, activity in activities.items()}
    best = max(scores.values(), default=0)
    winners = [id_ for id_, score in scores.items() if score == best]
    if best == 0 or len(winners) > 1:
        raise InputError(
            f"It is not clear which activity {shown_as} answers.",
            hint=f"Say it with --activity, one of {', '.join(activities)}.",
        )
    return activities[winners[0]]
