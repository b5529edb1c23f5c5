"""One check for the whole class, by what was observed; words that are accepted for the course."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request

from grader.web.asked import Asked
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


@views.post("/words")
def preview() -> Response:
    """Show whose points would change if these words were accepted; nothing is written."""
    at, asked = desk(), Asked.here()
    words = asked.text("words").strip()
    if not words:
        abort(400)
    rescoring = at.class_.preview(asked.text("activity"), {asked.text("asked"): [words]})
    number = at.remembered.shown(rescoring)
    return jsonify(html=render("rescoring.html.j2", rescoring=rescoring, words=words), number=number)


@views.post("/accept")
def accept() -> Response:
    """Write the words that were shown into the course's settings, and score everybody again."""
    at = desk()
    at.require_writable()
    rescoring = at.remembered.take_shown(Asked.here().whole("number") or 0)
    at.class_.apply(rescoring)
    at.decided()
    return jsonify(said=f"Accepted, and written into {rescoring.source}.")
