"""The files of the class: what is written, what will be, and taking them out."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request, send_file

from grader.web.asked import Asked
from grader.web.files_page import differing
from grader.web.guard import as_file
from grader.web.rendering import desk, render
from grader.web.taking_on import take_gradebook

views = Blueprint("files", __name__)


@views.get("/files")
def page() -> str:
    """Show what is there, and what writing again would change."""
    at = desk()
    session = at.class_
    return render(
        "files.html.j2",
        files=[(name, path.stat()) for name, path in session.downloads().items()],
        differs=differing(session),
        undecided=session.undecided,
        state=session.state(),
        absent=len(session.handed_nothing_in()),
        waiting=sum(len(group.items) for group in at.queue()),
    )


@views.post("/files")
def publish() -> Response:
    """Write everything again."""
    at = desk()
    at.require_writable()
    blank = Asked.here().flag("blank")
    published = at.class_.publish(undecided="blank" if blank else "earned")
    at.changed()
    return jsonify(notes=list(published.notes), postponed=published.postponed)


@views.post("/gradebook")
def gradebook() -> Response:
    """Take the platform's gradebook in, and fill it."""
    at = desk()
    at.require_writable()
    request.max_content_length = None  # gradebooks have a limit of their own
    name, column = request.args.get("name", ""), request.args.get("column", "").strip() or None
    published = take_gradebook(at.class_, name, request.stream, request.content_length or 0, column)
    at.changed()
    return jsonify(notes=list(published.notes))


@views.get("/files/<name>")
def download(name: str) -> Response:
    """Hand a file out."""
    session = desk().class_
    session.catch_up()  # what was decided a moment ago is in no file yet
    path = session.downloads().get(name)
    if path is None:
        abort(404)
    return as_file(send_file(path.resolve(), as_attachment=True, download_name=name))
