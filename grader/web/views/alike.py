"""What students have in common: hints, never verdicts."""

from __future__ import annotations

from flask import Blueprint

from grader.web.in_common import in_common
from grader.web.rendering import desk, render

views = Blueprint("alike", __name__)


@views.get("/alike")
def page() -> str:
    """Show a row for each pair."""
    return render("alike.html.j2", pairs=in_common(desk().class_))
