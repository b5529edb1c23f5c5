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
    shown = item.result.evidence[number]
    return _picture(item.name, (shown.original or shown.path, shown.path), cut=whole != "whole")


@views.get("/beside/<who>/<check>/<int:number>")
def beside(who: str, check: str, number: int) -> Response:
    """Show what the grader's own browser saw of the same."""
    item = desk().class_.item(names().submission(who), check)
    if not 0 <= number < len(item.result.evidence):
        abort(404)
    return _picture(item.name, (item.result.evidence[number].beside or "",), cut=False)


def _picture(name: str, paths: tuple[str, ...], *, cut: bool) -> Response:
    """Show the first of these that is there: where the original is gone, what the report shows."""
    folder = desk().class_.report_folder(name)
    found = (drawn(folder / path, cut=cut) for path in paths if is_inside(path))
    picture_ = next((each for each in found if each is not None), None)
    if picture_ is None:
        abort(404)
    return Response(picture_, mimetype="image/png", headers={"Cache-Control": "private, max-age=600"})
