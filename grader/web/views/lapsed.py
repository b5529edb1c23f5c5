"""Decisions that no longer apply: each is kept, decided anew, or let go."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from grader.model.faults import InputError
from grader.web.json_request import JsonRequest
from grader.web.rendering import desk, names, render, writable

views = Blueprint("lapsed", __name__)


@views.get("/lapsed")
def page() -> str:
    """List them with verdict and note."""
    return render("lapsed.html.j2", lapsed=desk().class_.lapsed())


@views.post("/lapsed")
def settle() -> Response:
    """Keep one for what is there now, or let it go."""
    at, asked = writable(), JsonRequest.here()
    name = names().submission(asked.text("who"))
    found = [each for each in at.class_.lapsed(name) if each.decision.check == asked.text("check")]
    if not found:
        raise InputError("This decision does not wait any more.", hint="Load the page again.")
    if not asked.flag("keep"):
        at.class_.drop(found)
        at.decided()
        return jsonify(said="Let go. The history still has it.")
    changes = at.class_.keep(found)
    if changes.conflicts:
        raise InputError("It has changed since: nothing was kept.", hint="Load the page again.")
    return jsonify(said="Kept for what is there now.", number=at.keep(changes))
