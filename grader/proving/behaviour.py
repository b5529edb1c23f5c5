"""What an app does, whether or not a check looks at it: by that a change is told that is no mistake at all."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.faults import StudentFault
from grader.proving.glass import is_guarded, shown
from grader.proving.looks import Look
from grader.site import CookieJar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.site import Reply, Site

_MADE_UP = "Oatmeal and raisins"
_CHANGES_BY_ITSELF = {"date", "last-modified", "etag"}
_EXPIRES = re.compile(r"; *expires=[^;]*", re.IGNORECASE)


@dataclass(frozen=True)
class Behaviour:
    """What an app does, whether or not a check looks at it.

    It is looked at in the same visits to every app.  The bytes stand for all that was answered: where they are the
    same, no browser sees a difference.
    """

    looks: tuple[Look, ...]
    bytes: str


@dataclass(frozen=True)
class Visits:
    """Which visits tell what an app does.

    `pages` are the paths to visit. `setters` are those of them that set cookies: each page is visited after each of
    these, too. `names` are the names of these cookies: each page is visited with each of them, too.
    """

    pages: tuple[str, ...]
    setters: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, site: Site) -> Visits:
        """Find out which visits the solution is told by."""
        pages = tuple(dict.fromkeys(site.pages()))
        set_by: dict[str, set[str]] = {}
        for path in pages:
            with suppress(StudentFault):
                jar = CookieJar()
                site.get(path, jar=jar)
                set_by[path] = set(jar.names())
        names = sorted(set().union(*set_by.values()))
        return cls(pages, tuple(path for path, own in set_by.items() if own), tuple(names))

    def __iter__(self) -> Iterator[tuple[str, CookieJar, tuple[str, ...]]]:
        """Yield for each visit a name, the cookies to begin with, and the paths in their order."""
        for path in self.pages:
            yield path, CookieJar(), (path,)
            for before in self.setters:
                yield f"{path} after {before}", CookieJar(), (before, path)
            for name in self.names:
                yield f"{path} with {name}", _jar_with(name), (path,)
            if self.names:
                yield f"{path} with another cookie", _jar_with("another"), (path,)


def behaviour(site: Site, visits: Visits) -> Behaviour:
    """Find out what an app does."""
    looks = [Look("where it runs", {"it": site.serving.run.port if site.serving.run else None})]
    digest = hashlib.sha256()
    for what, jar, paths in visits:
        try:
            replies = [site.get(path, jar=jar) for path in paths]
        except StudentFault as fault:
            looks.append(Look(what, {"text": None, "fault": type(fault).__name__}))
            digest.update(fault.message.encode())
            continue
        looks.append(Look(what, {**shown(replies[-1], site), "left": sorted(jar.names())}))
        for reply in replies:
            digest.update(_bytes(reply))
    for path in visits.pages:
        route = site.route(path)
        reads = site.source.cookie_reads(route) if route else []
        looks.append(Look(f"how {path} reads cookies", {"it": is_guarded(reads)}))
    return Behaviour(tuple(looks), digest.hexdigest())


def _bytes(reply: Reply) -> bytes:
    headers = [
        (name, _without_the_time(value) if name.lower() == "set-cookie" else value)
        for name, value in reply.raw.headers
        if name.lower() not in _CHANGES_BY_ITSELF
    ]
    return repr((reply.status, headers)).encode() + reply.raw.body


def _without_the_time(cookie: str) -> str:
    """Leave out when a cookie expires where it has a Max-Age: that counts, and Werkzeug reckons the time from it."""
    return _EXPIRES.sub("", cookie) if "max-age=" in cookie.lower() else cookie


def _jar_with(name: str) -> CookieJar:
    jar = CookieJar()
    jar.put(name, _MADE_UP)
    return jar
