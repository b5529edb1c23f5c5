"""Pages from templates: what strangers wrote is made safe and, where names are hidden, nameless, in one place."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from flask import current_app, g, url_for
from markupsafe import Markup

from grader.report import wording
from grader.report.page_environment import page_environment

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Environment

    from grader.web.desk import Desk
    from grader.web.shown_names import Names


def desk() -> Desk:
    """Return the desk of the app that answers."""
    found: Desk = current_app.extensions["desk"]
    return found


def writable() -> Desk:
    """Return the same, where something is to be changed; refused where somebody else is at work in the folder."""
    at = desk()
    at.require_writable()
    return at


def names() -> Names:
    """Return who is shown as whom, the same during one request."""
    if "names" not in g:
        g.names = desk().names()
    found: Names = g.names
    return found


def render(template: str, **context: Any) -> str:
    """Fill in a template of this room."""
    return _environment().get_template(template).render(desk=desk(), names=names(), **context)


@cache
def _environment() -> Environment:
    words = {
        "url": url_for,
        "count": wording.count,
        "number": wording.number,
        "points_of": wording.points_of,
        "words_of": wording.words,
        "place_of": wording.place,
        "status_words": {status.value: words for status, words in wording.STATUS.items()},
        "local": _local,
        "span": span,
    }
    environment = page_environment(words, "grader.web", "grader.classroom.overview")
    safe = environment.finalize

    def masked(value: Any) -> Any:
        value = safe(value) if safe is not None else value
        return names().masked(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment.finalize = masked
    return environment


def _local(when: datetime) -> str:
    """Say a moment by the clock of this machine; without a time zone, it is a platform's own."""
    there = when.astimezone() if when.tzinfo else when
    return f"{there.day} {there:%b %Y, %H:%M}"


def span(seconds: float) -> str:
    """Say how long something takes, in the words of a person who waits: ``40 s``, ``3 min``, ``1 h 5 min``."""
    minutes, whole = divmod(round(seconds), 60)
    hours, rest = divmod(minutes, 60)
    if hours:
        return f"{hours} h {rest} min"
    return f"{minutes} min" if minutes else f"{whole} s"
