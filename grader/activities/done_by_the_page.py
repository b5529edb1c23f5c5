"""What a page does to cookies once a browser has it: by its scripts, or by what it asks for by itself."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from grader.activities.page_sources import code_of, lines_of_view, where
from grader.model.faults import StudentFault
from grader.site.html_page import parse_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model.places import CodePlace
    from grader.site import Reply, Site

# The browser's own ways, and those of the libraries js-cookie and jquery.cookie.
_WRITES = re.compile(
    r"document\.cookie\s*=(?!=)|\bcookieStore\.(?:set|delete)\b|\bCookies\.(?:set|remove)\b|\$\.cookie\b"
)
_ASKS = ("src", "href", "data", "background")
_ASKING = "iframe, frame, img, embed, object, link, audio, video, source, body"
_NEXT = re.compile(r"url\s*=\s*['\"]?(/[^'\"\s]*)", re.IGNORECASE)
_PATH = re.compile(r"(['\"`])(?P<path>/[^'\"`\s]*)\1")
_MOST = 20  # scripts, and pages that one asks for; a student's has few


def writes_cookies(site: Site, reply: Reply) -> str | None:
    """Return how a script of a page sets or removes cookies, as it is written there; None where none does."""
    return next((written[0].rstrip("= ") for code in _scripts(site, reply) if (written := _WRITES.search(code))), None)


def what_it_does(site: Site, reply: Reply, does: Callable[[Reply], bool]) -> tuple[str, CodePlace] | None:
    """Return a sentence on what a page does by itself to a cookie, and where that is written; None for nothing.

    Parameters
    ----------
    does
        Whether another page of the app, which this one asks for, does it.
    """
    for path in islice(dict.fromkeys(_asked_for(site, reply)), _MOST):
        with suppress(StudentFault):
            if path != reply.path and does(site.get(path)):
                return f"The page asks for {path} by itself", _written_at(site, reply, path)
    written = writes_cookies(site, reply)
    return (f"A script in the page does that, `{written}`", _written_at(site, reply, written)) if written else None


def acts(site: Site, reply: Reply) -> bool:
    """Whether a page does anything by itself once it is there."""
    return any(True for _ in _scripts(site, reply)) or any(True for _ in _asked_for(site, reply))


def _scripts(site: Site, reply: Reply) -> Iterator[str]:
    if not reply.is_html:
        return
    page = parse_page(reply.source)
    for script in page.css("script")[:_MOST]:
        yield script.text()
        source = script.attributes.get("src") or ""
        if source.startswith("/") and not source.startswith("//"):
            with suppress(StudentFault):
                yield site.get(source).source
    for element in page.css("*"):
        yield from (code for name, code in element.attributes.items() if name.startswith("on") and code)


def _asked_for(site: Site, reply: Reply) -> Iterator[str]:
    """Yield the pages of the app that a browser asks for without a click, and those that a script may ask for."""
    if reply.is_html:
        page = parse_page(reply.source)
        asked = [element.attributes.get(name) or "" for element in page.css(_ASKING) for name in _ASKS]
        yield from (path for path in asked if path.startswith("/"))
        for refresh in page.css("meta[http-equiv=refresh i]"):
            yield from _NEXT.findall(refresh.attributes.get("content") or "")
    for code in _scripts(site, reply):
        yield from (asked["path"] for asked in _PATH.finditer(code))


def _written_at(site: Site, reply: Reply, text: str) -> CodePlace:
    """Return where something on a page is written: in its view, in its template, or else anywhere."""
    in_view = lines_of_view(site, reply)
    first = [(place["file"], place["line"]) for place in in_view]
    files = [*dict.fromkeys([*(file for file, _ in first), *site.templates.behind(reply), *site.submission.files])]
    found = [
        (file, number)
        for file in files
        if file and file.endswith((".py", ".html", ".htm", ".js"))
        for number, line in enumerate(code_of(site, file), 1)
        if text in line
    ]
    place = next((each for each in found if each in first), next(iter(found), None))
    return {"file": place[0], "line": place[1]} if place else where(site, reply)
