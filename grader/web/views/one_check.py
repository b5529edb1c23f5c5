"""One check for the whole class, by what was observed; words that are accepted for the course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, jsonify, request

from grader.model.outcome import Status
from grader.report.plain import clip
from grader.web.json_request import JsonRequest
from grader.web.rendering import desk, names, render, writable

if TYPE_CHECKING:
    from grader.classroom.class_scoring import Wording
    from grader.classroom.review.review_items import ReviewItem

views = Blueprint("check", __name__)
_LONGEST = 400
_WRONG = (Status.FAILED, Status.PARTIAL)


@dataclass(frozen=True)
class Observed:
    """Students of whom the same was observed."""

    status: Status
    words: str
    message: str
    items: tuple[ReviewItem, ...]
    wording: Wording | None = None


@views.get("/check/<id>")
def page(id: str) -> str:  # noqa: A002 - as the address calls it
    """Show who was observed to do the same."""
    groups = _observed(id, request.args.get("activity", ""))
    if not groups:
        abort(404)
    return render("check.html.j2", groups=groups, check=groups[0].items[0].result)


def _observed(check: str, activity: str) -> list[Observed]:
    """Return the groups, the largest first; who waits before who does not."""
    session, key = desk().class_, names().key
    found: dict[tuple[Status, str], list[ReviewItem]] = {}
    for item in session.items_of_check(check):
        if item.result.counts and activity in {"", item.activity}:
            result = item.result
            found.setdefault((result.status, result.observed or result.message), []).append(item)
    groups = [
        Observed(
            status,
            clip(items[0].result.observed or "", _LONGEST),
            items[0].result.message,
            tuple(sorted(items, key=lambda item: key(item.name))),  # not by name: see the order of questions
            session.wording_of(items[0]) if status in _WRONG else None,
        )
        for (status, _), items in found.items()
    ]
    return sorted(groups, key=lambda group: (not group.items[0].waits, -len(group.items)))


@views.post("/words")
def preview() -> Response:
    """Show whose points would change if these words were accepted; nothing is written."""
    at, asked = desk(), JsonRequest.here()
    words = asked.text("words").strip()
    if not words:
        abort(400)
    rescoring = at.class_.preview(asked.text("activity"), {asked.text("asked"): [words]})
    number = at.remembered.shown(rescoring)
    return jsonify(html=render("rescoring.html.j2", rescoring=rescoring, words=words), number=number)


@views.post("/accept")
def accept() -> Response:
    """Write the words that were shown into the course's settings, and score everybody again."""
    at = writable()
    rescoring = at.remembered.take_shown(JsonRequest.here().whole("number") or 0)
    at.class_.apply(rescoring)
    at.decided()
    return jsonify(said=f"Accepted, and written into {rescoring.source}.")
