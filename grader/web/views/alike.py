"""What students have in common: hints, never verdicts."""

from __future__ import annotations

from flask import Blueprint

from grader.classroom.overview.in_common import MOST, in_common
from grader.web.rendering import desk, names, render
from grader.web.views.class_ import shows

views = Blueprint("alike", __name__)


@views.get("/alike")
def page() -> str:
    """Show a row for each pair."""
    how = shows(names())
    return render("alike.html.j2", shows=how, pairs=in_common(desk().class_.overview(), how.name), most=MOST)
