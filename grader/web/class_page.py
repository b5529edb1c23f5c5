"""What the page of a class shows: what its overview shows, with links that lead to where it is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from grader.classroom.overview.matrix import matrices
from grader.classroom.overview.needs import needs
from grader.classroom.overview.rows import Row
from grader.classroom.overview.shows import Shows
from grader.web.names import HIDDEN

if TYPE_CHECKING:
    from grader.classroom.overview.rows import Absent
    from grader.web.desk import Desk
    from grader.web.names import Names

_DONE_AT = {"waits": "deciding.page", "lapsed": "lapsed.page", "alike": "alike.page"}


def shows(names: Names) -> Shows:
    """Say how students are shown, whose names may be hidden, and where links lead: to the other screens."""

    def student(each: Row | Absent, check: str | None) -> str:
        if not isinstance(each, Row):
            return ""
        return url_for("student.page", who=names.address(each.name), _anchor=f"check-{check}" if check else None)

    def name(each: Row | Absent) -> str:
        if isinstance(each, Row):
            return names.shown(each.name)
        return HIDDEN if names.hide else each.student

    def id_(each: Row | Absent) -> str:
        if isinstance(each, Row):
            return names.ids(each.name)
        return "" if names.hide else each.id

    return Shows(
        student,
        check=lambda activity, check: url_for("check.page", id=check, activity=activity),
        need=lambda kind: url_for(_DONE_AT[kind]) if kind in _DONE_AT else "",
        name=name,
        id=id_,
        key=lambda row: names.key(row.name),
    )


def class_facts(at: Desk, names: Names) -> dict[str, Any]:
    """Gather all that the page shows."""
    overview = at.class_.overview()
    activities = matrices(overview.rows)
    return {
        "state": at.class_.state(),
        "running": at.running,
        "shows": shows(names),
        "needs": needs(overview, at.queue()),
        "activities": activities,
        "title": "; ".join(activity.title for activity in activities) or "A class",
    }
