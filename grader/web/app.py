"""The Flask app: its views, and what is said where one of them cannot do what it is asked.  Begin reading here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from grader.machine.logs import keep_fault
from grader.model.faults import Code, InputError
from grader.web.rendering import names, render
from grader.web.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.web.desk import Desk
    from grader.web.guard import Guard
    from grader.web.open_pages import OpenPages

_SAID = {
    400: "This request cannot be understood.",
    403: "Only this page itself may do that.",
    404: "There is no such page.",
    405: "That cannot be done here.",
    413: "That is too much at once.",
    415: "That is not what this page sends.",
}
_HINTS = {
    Code.NOT_GRADED: "Go on with the grading on the first page.",
    Code.AT_WORK: "Wait until it has ended; this page goes on by itself.",
    Code.CANNOT_WRITE: "Make room on the disk, then do it again: what you wrote is still here.",
    Code.NO_EXPORT: "Drop the export on the first page once more.",
    Code.NOBODY_RECOGNISED: "Choose the activity beside the export.",
    Code.NO_COLUMN: "Write the name of its column beside the gradebook.",
    Code.ANOTHER_CLASS: "Give the export another name: each class gets a folder of its own.",
}
"""What to do next where a class cannot be asked for something, in the page's words: no flag, no command."""


def make_app(desk: Desk, guard: Guard, pages: OpenPages, end: Callable[[], None]) -> Flask:
    """Make the app of one run.

    `end` ends the server.
    """
    app = Flask("grader.web", static_url_path=f"{guard.prefix}/static")
    app.extensions |= {"desk": desk, "pages": pages, "end": end}
    guard.protect(app)
    for views in VIEWS:
        app.register_blueprint(views, url_prefix=guard.prefix, name=views.name)
    app.register_error_handler(InputError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _ours)
    return app


def _refused(error: InputError) -> Response:
    return _say(error.message, _HINTS.get(error.code, error.hint) or "", 409)


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    return _say(_SAID.get(code, "That did not work."), "", code)


def _ours(error: Exception) -> Response:
    said = f"The grader itself made a mistake ({type(error).__name__}). Nothing that was kept is lost."
    return _say(said, keep_fault(error) or "", 500)


def _say(message: str, hint: str, code: int) -> Response:
    """Answer with a page or, where a script has asked, with the sentence alone."""
    try:
        message, hint = names().masked(message), names().masked(hint)
        if request.headers.get("Accept") == "application/json":
            return make_response(jsonify(said=message, hint=hint), code)
        return make_response(render("said.html.j2", message=message, hint=hint), code)
    except Exception:  # noqa: BLE001 - the class cannot be read: then the sentence has to do
        return Response(message, code, mimetype="text/plain")
