"""Deciding: one question after the other, what is alike as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, jsonify, make_response, request

from grader.classroom.session import Verdict
from grader.model.faults import InputError
from grader.model.outcome import Status
from grader.report import wording
from grader.web.json_request import JsonRequest
from grader.web.question import question, questions
from grader.web.rendering import desk, names, render, writable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.classroom.review.review_items import ReviewItem

views = Blueprint("deciding", __name__)
_STATUSES = {status.value: status for status in (Status.PASSED, Status.PARTIAL, Status.FAILED)}


@views.get("/decide")
@views.get("/decide/<who>/<check>")
def page(who: str = "", check: str = "") -> str:
    """Show the first question, or a certain one."""
    queue = questions(desk(), names(), check=request.args.get("check", ""))
    at = (names().key(names().submission(who)), check) if who else (queue[0] if queue else None)
    asked = question(desk(), names(), *at) if at else None
    return render("decide.html.j2", queue=queue, asked=asked, only=request.args.get("check", ""))


@views.get("/questions")
def queue() -> Response:
    """Return what waits now, in its order."""
    return jsonify(queue=questions(desk(), names(), check=request.args.get("check", "")))


@views.get("/question/<who>/<check>")
def card(who: str, check: str) -> str:
    """Show one question, to be put on the page when its turn comes."""
    return render("question.html.j2", asked=question(desk(), names(), who, check))


@views.post("/decide")
def decide() -> Response:
    """Keep a decision about what was looked at; it is on the disk when this answers."""
    at = writable()
    asked = JsonRequest.here()
    status = _STATUSES.get(asked.text("status")) or abort(400)
    verdicts = [
        Verdict(
            names().submission(each.text("who")),
            each.text("check"),
            status,
            each.text("seen"),
            points=asked.number("points"),
        )
        for each in asked.items("items")
    ]
    changes = at.class_.decide(verdicts, asked.text("note", otherwise=""))
    if changes.conflicts:
        return _conflict(changes.conflicts[0])
    return _kept(at.keep(changes), [change.after for change in changes.made])


@views.post("/undo")
def undo() -> Response:
    """Take a decision back, a group's as a whole."""
    at = writable()
    number = JsonRequest.here().whole("number") or abort(400)
    made = at.remembered.made(number)
    changes = at.class_.undo(made)
    at.remembered.forget(number)
    at.decided()
    if changes.conflicts:
        return _conflict(changes.conflicts[0])
    first = changes.made[0].after
    return jsonify(
        said=names().masked(f"Taken back: {_about(first, len(changes.made))}"),
        at=[names().key(first.name), first.result.id],
    )


@views.post("/comment")
def change_comment() -> Response:
    """Write other words in the place of a note, in every report that has it: in as many as were shown."""
    at, asked = writable(), JsonRequest.here()
    words = asked.text("words").strip() or abort(400)
    item = at.class_.item(names().submission(asked.text("who")), asked.text("check"))
    found = [each for each in at.class_.comments(item.result.id, item.activity) if each.seen == asked.text("seen")]
    changes = at.class_.change_comment(found[0], words) if found else None
    if changes is None or not changes.made:
        raise InputError("This note has changed since: nothing was changed.", hint="Load the page again.")
    number = at.keep(changes)
    return jsonify(number=number, said=f"The note was changed in {wording.count(len(changes.made), 'report')}.")


def _kept(number: int, items: Sequence[ReviewItem]) -> Response:
    first = items[0]
    verdict = wording.STATUS[first.result.status].label
    return jsonify(
        number=number,
        said=names().masked(f"{verdict}: {_about(first, len(items))}"),
        noted=not any(item.lacks_note for item in items),
        items=[{"who": names().key(item.name), "check": item.result.id, "seen": item.seen} for item in items],
    )


def _about(item: ReviewItem, many: int) -> str:
    who = names().shown(item.name) if many == 1 else f"{many} students"
    return f"{who}, {item.result.title}".replace("`", "")


def _conflict(item: ReviewItem) -> Response:
    """Tell that it has changed since it was looked at: nothing was decided, and both are shown."""
    now: dict[str, Any] = {"key": names().key(item.name), "item": item}
    html = render("changed.html.j2", **now)
    return make_response(jsonify(changed=html, at=[now["key"], item.result.id], seen=item.seen), 409)
