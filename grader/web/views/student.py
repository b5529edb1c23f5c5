"""One student: code, checks, pictures, cookies, what was decided."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, request, url_for

from grader.classroom.session import Adjustment
from grader.model.faults import InputError
from grader.report import outline
from grader.web.code import differences, starter_files, text_files
from grader.web.json_request import JsonRequest
from grader.web.rendering import desk, names, render, writable

views = Blueprint("student", __name__)


@views.get("/student/<path:who>")
def page(who: str) -> str | Response:
    """Show everything about one student."""
    name = names().submission(who)
    if who != names().address(name):  # an address must not tell what is hidden
        return redirect(url_for("student.page", who=names().address(name)), 303)  # type: ignore[return-value]
    session = desk().class_
    one = session.standing(name)
    return render(
        "student.html.j2",
        one=one,
        groups=outline.groups(one.report),
        items=session.items(name),
        visits=outline.visits(one.report),
        history=session.history(name)[::-1],
        choice=next((each for each in session.choices() if each.who.name == name), None),
        lapsed=session.lapsed(name),
        **_code(name),
    )


@views.post("/adjust")
def adjust() -> Response:
    """Add points or take them off, or say how late it was."""
    at, asked = writable(), JsonRequest.here()
    points, reason = asked.number("points") or 0.0, asked.text("reason", otherwise="")
    at.class_.adjust(names().submission(asked.text("who")), Adjustment(points, reason, asked.whole("days")))
    at.decided()
    return jsonify(said="Saved.")


@views.post("/choose")
def choose() -> Response:
    """Let another app or attempt count; it is graded at once."""
    at, asked = writable(), JsonRequest.here()
    at.choose(names().submission(asked.text("who")), app=asked.optional("app"), attempt=asked.optional("attempt"))
    return jsonify(said="It is being graded.")


def _code(name: str, attempt: str = "") -> dict[str, object]:
    """Gather a student's files, and what differs from what they were given, or from another attempt of theirs."""
    session = desk().class_
    report = session.standing(name).report
    try:
        files = session.handed_in(name).files
        before = session.handed_in(name, attempt).files if attempt else starter_files(report.activity)
    except InputError as error:
        return {"files": [], "differs": [], "no_code": error.message, "given": False, "attempt": attempt}
    return {
        "files": text_files(files, report),
        "differs": differences(before, files, gone=bool(attempt)),
        "no_code": "",
        "given": bool(before),
        "attempt": attempt,
    }


@views.get("/code/<who>")
def code(who: str) -> str:
    """Show the code alone, beside a question; or what differs from what the student was given."""
    name = names().submission(who)
    shown = _code(name, request.args.get("attempt", ""))
    return render("code.html.j2", differs_only=bool(request.args.get("d")), key=who, **shown)
