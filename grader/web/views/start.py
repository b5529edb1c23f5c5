"""Beginning on the page: an export is dropped, or a class graded before is opened."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from grader.classroom.class_request import ClassRequest
from grader.web.json_request import JsonRequest
from grader.web.rendering import desk
from grader.web.uploads import open_near, take_on

views = Blueprint("starting", __name__)


@views.post("/upload")
def upload() -> Response:
    """Take an export on and begin to grade it."""
    at = desk()
    with at.beginning:
        at.require_empty()
        request.max_content_length = None  # exports have a limit of their own
        asked = ClassRequest(activity=request.args.get("activity") or None, isolation=at.isolation)
        name, size = request.args.get("name", ""), request.content_length or 0
        at.put(take_on(at.home, name, request.stream, size, asked))
    at.grade()
    return jsonify(done=True)


@views.post("/open")
def open_() -> Response:
    """Open a class that was graded before."""
    at = desk()
    with at.beginning:
        at.require_empty()
        at.put(open_near(at.home, JsonRequest.here().text("name")))
    return jsonify(done=True)
