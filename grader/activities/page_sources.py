"""Where in the hand-in a page comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.model.places import CodePlace
    from grader.site import Reply, Site

_LONGEST = 1000
"""Characters of a line that is looked through; patterns may take the square of them."""


@dataclass(frozen=True)
class Meant:
    """What an activity knows of its pages, to tell what a page was meant to be.

    `does_it` says whether a page of the app does what another path is for; `cookie` is what its pages are about.
    """

    does_it: Callable[[Site, Reply, str], bool]
    cookie: str


def where(site: Site, reply: Reply) -> CodePlace:
    """Return file and line of the view behind a page."""
    if reply.route is None or reply.route.file is None:
        return {"file": site.app_file, "line": None}
    return reply.route.place


def place_of_first(site: Site, replies: Sequence[Reply]) -> CodePlace:
    """Return file and line of the view behind the first of several pages; where there is none, the file of the app."""
    return where(site, replies[0]) if replies else {"file": site.app_file, "line": None}


def code_of(site: Site, file: str | None) -> list[str]:
    """Return the lines of a file as they are written; none where there is no such file."""
    return site.submission.files.get(file or "", b"").decode("utf-8", "replace").splitlines()


def line_of(site: Site, place: CodePlace) -> str:
    """Return a line as it is written, without the blanks around it; nothing where there is none, or one without end."""
    lines, line = code_of(site, place["file"]), place["line"] or 0
    written = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return written if len(written) <= _LONGEST else ""


def lines_of_view(site: Site, reply: Reply) -> list[CodePlace]:
    """Return each line of the view behind a page; none where it is not known."""
    view = site.source.view(reply.route)
    if view is None or reply.route is None:
        return []
    lines = range(view.lineno, (view.end_lineno or view.lineno) + 1)
    return [{"file": reply.route.file, "line": line} for line in lines]


def line_as(site: Site, place: CodePlace, pattern: str, now: str) -> str | None:
    """Return the sentence that says how a line is written rightly; None where the pattern is not in it."""
    written = line_of(site, place)
    changed = re.sub(pattern, now, written, count=1)
    return f"Write line {place['line']} as `{changed}`." if changed != written else None
