"""Pictures: never a student's file itself, but what it shows, drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort

from grader.web.redrawing import drawn
from grader.web.rendering import desk, names

if TYPE_CHECKING:
    from grader.model.outcome import Evidence

views = Blueprint("pictures", __name__)


@views.get("/picture/<who>/<check>/<int:number>")
@views.get("/picture/<who>/<check>/<int:number>/<whole>")
def picture(who: str, check: str, number: int, whole: str = "") -> Response:
    """Show a picture of a check, cut to what it shows unless the whole one is wanted."""
    name, shown = _evidence(who, check, number)
    return _picture(name, shown.original, shown.path, cut=whole != "whole")


@views.get("/beside/<who>/<check>/<int:number>")
def beside(who: str, check: str, number: int) -> Response:
    """Show what the grader's own browser saw of the same."""
    name, shown = _evidence(who, check, number)
    return _picture(name, shown.beside, cut=False)


def _evidence(who: str, check: str, number: int) -> tuple[str, Evidence]:
    item = desk().class_.item(names().submission(who), check)
    if not 0 <= number < len(item.result.evidence):
        abort(404)
    return item.name, item.result.evidence[number]


def _picture(name: str, *paths: str | None, cut: bool) -> Response:
    picture_ = drawn(desk().class_.report_folder(name), paths, cut=cut)
    if picture_ is None:
        abort(404)
    return Response(picture_.data, mimetype="image/png", headers={"Cache-Control": "private, max-age=600"})
