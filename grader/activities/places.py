"""Where in the hand-in a page comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.site import Reply, Site
    from grader.site.site import CodePlace


@dataclass(frozen=True)
class Meant:
    """What an activity knows of its pages, to tell what a page was meant to be.

    Parameters
    ----------
    does_it
        Whether a page of the app does what another path is for.
    cookie
        The name of the cookie that its pages are about.
    """

    does_it: Callable[[Site, Reply, str], bool]
    cookie: str


def where(site: Site, reply: Reply) -> CodePlace:
    """Return file and line of the view behind a page."""
    if reply.route is None or reply.route.file is None:
        return {"file": site.app_file, "line": None}
    return {"file": reply.route.file, "line": reply.route.line}


def line_of(site: Site, file: str | None, line: int | None) -> str:
    """Return a line of a file as it is written, without the blanks around it; nothing where there is none."""
    lines = site.submission.files.get(file or "", b"").decode("utf-8", "replace").splitlines()
    return lines[line - 1].strip() if line is not None and 0 < line <= len(lines) else ""


def line_as(site: Site, file: str | None, line: int | None, pattern: str, now: str) -> str | None:
    """Return the sentence that says how a line is written rightly; None where the pattern is not in it."""
    written = line_of(site, file, line)
    changed = re.sub(pattern, now, written, count=1)
    return f"Write line {line} as `{changed}`." if changed != written else None
