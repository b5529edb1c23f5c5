"""Pictures: never a student's file itself, but what it shows, drawn again."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from grader.report.evidence import is_inside
from grader.web.pictures import drawn
from grader.web.rendering import desk, names

views = Blueprint("pictures", __name__)


@views.get("/picture/<who>/<check>/<int:number>")
@views.get("/picture/<who>/<check>/<int:number>/<whole>")
def picture(who: str, check: str, number: int, whole: str = "") -> Response:
    """Show a picture of a check, cut to what it shows unless the whole one is wanted."""
    session = desk().class_
    item = session.item(names().submission(who), check)
    if not 0 <= number < len(item.result.evidence):
        abort(404)
    return _picture(item.name, item.result.evidence[number].path, cut=whole != "whole")


@views.get("/beside/<who>/<check>/<int:number>")
def beside(who: str, check: str, number: int) -> Response:
    """Show what the grader's own browser saw of the same."""
    item = desk().class_.item(names().submission(who), check)
    if not 0 <= number < len(item.result.evidence):
        abort(404)
    return _picture(item.name, item.result.evidence[number].beside or "", cut=False)


def _picture(name: str, path: str, *, cut: bool) -> Response:
    if not is_inside(path):
        abort(404)
    found = drawn(desk().class_.report_folder(name) / path, cut=cut)
    if found is None:
        abort(404)
    return Response(found, mimetype="image/png", headers={"Cache-Control": "private, max-age=600"})
