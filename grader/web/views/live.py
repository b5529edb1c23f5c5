"""The server itself: what changes while a page is open, starting and stopping, hiding names."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, jsonify, request

from grader.report.page_environment import style_sheet
from grader.web.json_request import JsonRequest
from grader.web.rendering import desk, names, render, writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.web.desk import Desk
    from grader.web.open_pages import OpenPages

views = Blueprint("running", __name__)
_PING_SECONDS = 10.0
"""A connection that is gone is noticed when something is written to it."""
_LONGEST_NAME = 40


def _pages() -> OpenPages:
    found: OpenPages = current_app.extensions["pages"]
    return found


def _page() -> str:
    return request.args.get("page", "")[:_LONGEST_NAME]


@views.get("/style.css")
def style() -> Response:
    """Return what all pages of the grader share, and the overview of a class with this one."""
    return Response(style_sheet(("grader.classroom.overview", "class.css")), mimetype="text/css")


@views.get("/matrix.js")
def matrix() -> Response:
    """Return what sorts and filters everybody's checks, on the overview of a class as well."""
    text = files("grader.classroom.overview").joinpath("templates", "matrix.js").read_text("utf-8")
    return Response(text, mimetype="text/javascript")


@views.get("/events")
def events() -> Response:
    """Tell a page whenever something has changed, as long as it listens."""
    stream = _stream(desk(), _pages(), _page())
    return Response(stream, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _stream(at: Desk, pages: OpenPages, page: str) -> Iterator[str]:
    pages.connected(page)
    try:
        version = -1
        while not at.ended:
            version = at.wait(version, _PING_SECONDS)
            yield f"data: {json.dumps({'version': version})}\n\n"
        yield "event: ended\ndata: {}\n\n"
    finally:
        pages.disconnected(page)


@views.get("/told")
def told() -> str:
    """Return what every page says of the class, for a page that is open while it changes."""
    return render("told.html.j2")


@views.post("/hidden")
def hidden() -> Response:
    """Hear that a page is in the background."""
    _pages().hidden(_page())
    return Response(status=204)


@views.post("/closed")
def closed() -> Response:
    """Hear that a page is closed."""
    _pages().closed(_page())
    return Response(status=204)


@views.post("/names")
def hide_names() -> Response:
    """Hide names everywhere, or show them; answers with the address of the same page."""
    at = desk()
    before = names()
    asked = JsonRequest.here()
    at.hidden, who = asked.flag("hide"), asked.text("student", otherwise="")
    return jsonify(address=at.names().address(before.submission(who)) if who else "")


@views.post("/grading")
def grading() -> Response:
    """Go on with the grading, or stop it."""
    if JsonRequest.here().flag("go"):
        writable().grade()
    else:
        desk().stop()
    return Response(status=204)


@views.post("/end")
def end() -> Response:
    """End the server; everything that was decided is kept."""
    answer = Response(render("said.html.j2", message="The page has ended.", hint="You can close this tab."))
    answer.call_on_close(current_app.extensions["end"])  # once it has been sent
    return answer
