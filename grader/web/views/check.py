"""One check for the whole class, by what was observed."""

from __future__ import annotations

from flask import Blueprint, abort, request

from grader.web.check_page import observed
from grader.web.rendering import desk, names, render

views = Blueprint("check", __name__)


@views.get("/check/<id>")
def page(id: str) -> str:  # noqa: A002 - as the address calls it
    """Show who was observed to do the same."""
    groups = observed(desk().class_, id, request.args.get("activity", ""), names())
    if not groups:
        abort(404)
    return render("check.html.j2", groups=groups, check=groups[0].items[0].result)
