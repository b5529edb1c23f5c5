"""The class at a glance: its state, what needs a person, everybody's checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request, url_for

from grader.classroom.overview.matrix import matrices
from grader.classroom.overview.needs import needs
from grader.classroom.overview.rows import OverviewRow, Shows
from grader.web.rendering import desk, names, render
from grader.web.searching import found
from grader.web.shown_names import HIDDEN
from grader.web.uploads import classes_near

if TYPE_CHECKING:
    from grader.classroom.overview.rows import Absent
    from grader.web.shown_names import Names

views = Blueprint("class_", __name__)
_DONE_AT = {"waits": "deciding.page", "lapsed": "lapsed.page", "alike": "alike.page"}


def shows(names: Names) -> Shows:
    """Say how students are shown, whose names may be hidden, and where links lead: to the other screens."""

    def student(each: OverviewRow | Absent, check: str | None) -> str:
        if not isinstance(each, OverviewRow):
            return ""
        return url_for("student.page", who=names.address(each.name), _anchor=f"check-{check}" if check else None)

    def name(each: OverviewRow | Absent) -> str:
        if isinstance(each, OverviewRow):
            return names.shown(each.name)
        return HIDDEN if names.hide else each.student

    def id_(each: OverviewRow | Absent) -> str:
        if isinstance(each, OverviewRow):
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


@views.get("/")
def page() -> str:
    """Show the class, or ask for one."""
    at = desk()
    if at.session is None:
        return render("start.html.j2", classes=classes_near(at.home))
    overview = at.class_.overview()
    activities = matrices(overview.rows)
    return render(
        "class_part.html.j2" if request.args.get("part") else "class.html.j2",
        state=at.class_.state(),
        running=at.running,
        shows=shows(names()),
        needs=needs(overview, at.queue()),
        activities=activities,
        title="; ".join(activity.title for activity in activities) or "A class",
    )


@views.get("/search")
def search() -> Response:
    """Return who has words in a message, a file's name or the code."""
    return jsonify(found=[names().key(name) for name in found(desk().class_, request.args.get("q", "")[:200])])
