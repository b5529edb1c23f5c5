"""Reading ``grader.toml``; whatever is wrong in it gets a sentence with its line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from grader.activities import installed_activity
from grader.course.late import LatePolicy
from grader.course.settings import DELIVERABLES, ActivitySettings, CourseSettings
from grader.course.toml_file import TomlFile, TomlTable
from grader.model.faults import InputError
from grader.rubric import squeeze
from grader.sandbox.importable import is_installed
from grader.submission.starter import HANDED_OUT, starter_in

if TYPE_CHECKING:
    from pathlib import Path

    from grader.rubric import Activity
    from grader.submission.starter import Starter

_PERCENT = 100


def read_settings(path: Path, *, shown_as: str, own: Activity | None = None) -> CourseSettings:
    """Read and check a course's settings.

    `shown_as` is what messages and reports call the file; `own` an activity that is not installed, but may be named in
    it. Raises `InputError`: the file cannot be read; or holds an unknown key, activity, check or wording, or a value of
    the wrong type.
    """
    file = TomlFile(path, shown_as)
    top = TomlTable(file, (), file.data)
    top.only(("min-score", "packages", "late", "starter", "activities"))
    activities: dict[str, ActivitySettings] = {}
    tables = top.table("activities")
    for name in tables:
        activity = _activity(tables, name, own)
        if activity.id in activities:
            tables.refuse(name, f"{activity.id} has a table already, under another name")
        activities[activity.id] = _activity_settings(tables.table(name), activity)
    late = _late(top)
    if late is not None and not any(settings.due for settings in activities.values()):
        top.refuse("late", "[late] changes nothing: no activity has a date on which it is due", "Write due = … for it.")
    percent, starter = top.number("min-score", _PERCENT), _starter(top, path.parent)
    return CourseSettings(shown_as, percent, late, activities, starter, _packages(top))


def _starter(top: TomlTable, folder: Path) -> Starter:
    """Read what students were given, beside what is known to be in the handout's starter."""
    named = top.value("starter", lambda value: isinstance(value, str) and bool(value.strip()), "a folder's path")
    if named is None:
        return HANDED_OUT
    if not (folder / named).is_dir():
        top.refuse("starter", f'there is no folder "{named}" beside this file', "Name what students are given.")
    return HANDED_OUT | starter_in(folder / named, named)


def _activity(tables: TomlTable, name: str, own: Activity | None) -> Activity:
    if own is not None and name.lower() in {own.id.lower(), own.short_name.lower()}:
        return own
    try:
        return installed_activity(name)
    except InputError as error:
        parts = [
            part for part in tables.table(name) if part.isdecimal()
        ]  # [activities.11.2] is a table 2 in a table 11
        hint = f'An id with a dot stands in quotes: [activities."{name}.{parts[0]}"]' if parts else error.hint
        tables.refuse(name, error.message.rstrip("."), hint)


def _packages(top: TomlTable) -> tuple[str, ...]:
    """Read which packages students may use; what is not here cannot be graded."""
    found = top.texts("packages") or ()
    for name in found:
        if not is_installed(name):
            top.refuse("packages", f"{name} is not installed beside the grader", f"Install it: pip install {name}")
    return found


def _late(top: TomlTable) -> LatePolicy | None:
    if "late" not in top:
        return None
    table = top.table("late")
    table.only(("percent-per-day", "most-percent", "grace-minutes"))
    percent = table.number("percent-per-day", _PERCENT)
    if percent is None:
        top.refuse("late", "[late] has no percent-per-day", "Say what each day costs, in percent of the points earned.")
    most, grace = table.number("most-percent", _PERCENT), table.number("grace-minutes")
    return LatePolicy(percent, _PERCENT if most is None else most, grace or 0)


def _activity_settings(table: TomlTable, activity: Activity) -> ActivitySettings:
    table.only(("points", "wordings", "required", "min-score", "due"))
    return ActivitySettings(
        points=_points(table.table("points"), activity),
        wordings=_wordings(table.table("wordings"), activity),
        required=_required(table),
        min_score=table.number("min-score", _PERCENT),
        due=_due(table),
    )


def _points(table: TomlTable, activity: Activity) -> dict[str, float]:
    table.only([check.id for check in activity.checks])
    return {check: points for check in table if (points := table.number(check)) is not None}


def _wordings(table: TomlTable, activity: Activity) -> dict[str, tuple[str, ...]]:
    """Read the accepted wordings; the handout's words may be typed as loosely as everywhere."""
    asked = {squeeze(words): words for words in activity.wordings}
    found: dict[str, tuple[str, ...]] = {}
    for words in table:
        if squeeze(words) not in asked:
            known = ", ".join(f'"{known}"' for known in activity.wordings)
            hint = (
                f"It asks for {known}."
                if known
                else "Its file says which words it asks for: Activity(…, wordings=[…])."
            )
            table.refuse(words, f'{activity.id} does not ask for the words "{words}"', hint)
        others = table.texts(words) or ()
        if empty := [other for other in others if not squeeze(other)]:
            table.refuse(words, f'the wording "{empty[0]}" has no letter or digit, so every page would display it')
        found[asked[squeeze(words)]] = others
    return found


def _required(table: TomlTable) -> tuple[str, ...] | None:
    found = table.texts("required")
    for name in found or ():
        if name not in DELIVERABLES:
            table.refuse("required", f'"{name}" is nothing that is handed in', f"There is {', '.join(DELIVERABLES)}.")
    return found


def _due(table: TomlTable) -> datetime | None:
    example = "a date and time with its UTC offset such as 2026-11-20T23:59:00-05:00"
    found: datetime | None = table.value(
        "due", lambda value: isinstance(value, datetime) and value.tzinfo is not None, example
    )
    return found
