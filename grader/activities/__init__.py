"""What is asked: the activities, ours, those of packages (found through entry points), and those of single files."""

from __future__ import annotations

import difflib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.faults import Code, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.metadata import EntryPoint

    from grader.rubric import Activity

_OURS = {
    "discussion-11.1": "grader.activities.discussion_11_1",
    "activity-11.1": "grader.activities.activity_11_1",
    "activity-11.2": "grader.activities.activity_11_2",
}
_GROUP = "grader.activities"
_CODE = (".py", ".html", ".htm")


def all_activities() -> dict[str, Activity]:
    """Return every activity there is by its id, ours first.

    Raises `InputError`: a package brings one that cannot be used; says which and why.
    """
    from importlib.metadata import entry_points

    found: dict[str, Activity] = {id_: import_module(module).activity for id_, module in _OURS.items()}
    for entry in entry_points(group=_GROUP):
        activity = _from_package(entry)
        if found.setdefault(activity.id, activity) is not activity:
            raise InputError(
                f"There are two activities {activity.id}; one of them is {_origin(entry)}.",
                hint="Give it another id, or take its package out.",
            )
    return found


def _from_package(entry: EntryPoint) -> Activity:
    """Load what a package brings, and see that it can be used."""
    from grader.rubric import Activity

    hint = "Mend that package, or take it out."
    try:
        activity = entry.load()
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise InputError(f"The activity {_origin(entry)} cannot be loaded: {problem}.", hint=hint) from error
    if not isinstance(activity, Activity):
        raise InputError(
            f"The activity {_origin(entry)} is none: {entry.value} is a {type(activity).__name__}.", hint=hint
        )
    if (mistake := activity.mistake()) is not None:
        raise InputError(f"The activity {_origin(entry)} cannot be used: {mistake}.", hint=hint)
    return activity


def _origin(entry: EntryPoint) -> str:
    package = f" of the package {entry.dist.name}" if entry.dist is not None else ""
    return f"{entry.name}{package}"


def activity_named(name: str) -> Activity:
    """Return the activity of this id or short name (``11.2``), or the one that a file makes.

    Parameters
    ----------
    name
        ``activity-11.2``, ``11.2``, or the path of a Python file (``exercises/greeting.py``), which is run: it is the
        course's own.

    Raises
    ------
    InputError
        There is none, or the file makes none; lists the known ones and suggests the nearest.
    """
    from grader.activities.from_file import activity_in, is_path

    return activity_in(Path(name)) if is_path(name) else installed_activity(name)


def installed_activity(name: str) -> Activity:
    """Return the activity of this id or short name, ours or a package's; a discussion comes after an activity.

    Raises `InputError`: there is none; lists the known ones and suggests the nearest.
    """
    wanted = name.strip().lower().replace("_", "-")
    for id_ in (wanted, f"activity-{wanted}"):  # ours are found without a look at what is installed
        if id_ in _OURS:
            found: Activity = import_module(_OURS[id_]).activity
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

    Raises `InputError`: it cannot be told.
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
            hint=f"There are {', '.join(activities)}.",
            code=Code.UNRECOGNISED,
            facts={"source": shown_as, "activities": tuple(activities)},
        )
    return activities[winners[0]]
