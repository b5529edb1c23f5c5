"""The class at a glance: its state, what needs a person, everybody's checks."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from grader.web.class_page import class_facts
from grader.web.rendering import desk, names, render
from grader.web.searching import found
from grader.web.taking_on import classes_near

views = Blueprint("class_", __name__)


@views.get("/")
def page() -> str:
    """Show the class, or ask for one."""
    at = desk()
    if at.session is None:
        return render("start.html.j2", classes=classes_near(at.home))
    part = "class_part.html.j2" if request.args.get("part") else "class.html.j2"
    return render(part, **class_facts(at, names()))


@views.get("/search")
def search() -> Response:
    """Return who has words in a message, a file's name or the code."""
    return jsonify(found=[names().key(name) for name in found(desk().class_, request.args.get("q", "")[:200])])
