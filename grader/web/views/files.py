"""The files of the class: what is written, what will be, and taking them out."""

from __future__ import annotations

import json
import tempfile
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, jsonify, request, send_file

from grader.report import json_report
from grader.report.writing_reports import FORMATS
from grader.web.guard import as_file
from grader.web.json_request import JsonRequest
from grader.web.rendering import desk, render, writable
from grader.web.uploads import take_gradebook

if TYPE_CHECKING:
    from grader.classroom.session import ClassSession

views = Blueprint("files", __name__)
_SCORE = "score"


@dataclass(frozen=True)
class Differs:
    """A student whose grade is another one than what is written.

    `before` is what is written, by ``earned`` and ``pending``; None where nothing is.
    """

    name: str
    before: dict[str, float] | None
    now: dict[str, float]


def _differing(session: ClassSession) -> list[Differs]:
    """Return whose grade differs from the report that lies in the folder."""
    found = []
    for one in session.standings():
        now = json_report.to_dict(one.report)[_SCORE]
        before = _written(session, one.hand_in.name)
        if before != now:
            found.append(Differs(one.hand_in.name, before, now))
    return found


def _written(session: ClassSession, name: str) -> dict[str, float] | None:
    try:
        report: Any = json.loads((session.report_folder(name) / FORMATS["json"].file).read_bytes())
    except (OSError, ValueError):
        return None
    score = report.get(_SCORE) if isinstance(report, dict) else None
    return score if isinstance(score, dict) else None


@views.get("/files")
def page() -> str:
    """Show what is there, and what writing again would change."""
    at = desk()
    session = at.class_
    return render(
        "files.html.j2",
        files=[(name, path.stat()) for name, path in session.downloads().items()],
        differs=_differing(session),
        undecided=session.undecided,
        state=session.state(),
        absent=len(session.handed_nothing_in()),
        waiting=sum(len(group.items) for group in at.queue()),
    )


@views.post("/files")
def publish() -> Response:
    """Write everything again."""
    at = writable()
    blank = JsonRequest.here().flag("blank")
    published = at.class_.publish(undecided="blank" if blank else "earned")
    at.changed()
    return jsonify(notes=list(published.notes), postponed=published.postponed)


@views.post("/gradebook")
def gradebook() -> Response:
    """Take the platform's gradebook in, and fill it."""
    at = writable()
    request.max_content_length = None  # gradebooks have a limit of their own
    name, column = request.args.get("name", ""), request.args.get("column", "").strip() or None
    published = take_gradebook(at.class_, name, request.stream, request.content_length or 0, column)
    at.changed()
    return jsonify(notes=list(published.notes))


@views.get("/files/reports.zip")
def reports() -> Response:
    """Hand everybody's report out, with the pictures that it leads to: not every platform gives them back."""
    session = desk().class_
    session.catch_up()
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed once it has been sent
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for one in session.standings():
            folder = session.report_folder(one.hand_in.name)
            for path in sorted(each for each in folder.rglob("*") if each.is_file()):
                archive.write(path, path.relative_to(folder.parent).as_posix())
    packed.seek(0)
    return as_file(send_file(packed, "application/zip", as_attachment=True, download_name="reports.zip"))


@views.get("/files/<name>")
def download(name: str) -> Response:
    """Hand a file out."""
    session = desk().class_
    session.catch_up()  # what was decided a moment ago is in no file yet
    path = session.downloads().get(name)
    if path is None:
        abort(404)
    return as_file(send_file(path.resolve(), as_attachment=True, download_name=name))
