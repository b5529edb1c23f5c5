"""The pages of activity 11.2: what they are for, and where in the code their cookie is set."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from grader.activities.common import require_answer
from grader.activities.page_sources import Meant, line_of, lines_of_view, where
from grader.site.cookies import CookieJar
from grader.source import slips

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model.places import CodePlace
    from grader.site import Reply, SetCookie, Site

NAME = "myFirstCookie"
VALUE = "Hello World - my first cookie!"
ADD, DISPLAY, REMOVE = "/addCookie", "/displayCookieValue", "/removeCookie"
FOUND, NOT_FOUND = "Found the cookie:", "Cookie not found!"

_PAGES = {"/", ADD, DISPLAY, REMOVE}
SET_IT = f"resp.set_cookie('{NAME}', '{VALUE}')"
EXPIRE_IT = f"resp.set_cookie('{NAME}', '', max_age=0)"


def now() -> datetime:
    """Return the moment by which a cookie has expired or not."""
    return datetime.now(timezone.utc)


def require_page(site: Site, reply: Reply) -> None:
    """Ask that a page of this activity be there at all; see `require_answer`."""
    require_answer(site, reply, Meant(_does_it, NAME))


def _does_it(site: Site, page: Reply, path: str) -> bool:
    """Whether a page does what one of the handout's is for; its name does not count."""
    if page.path in _PAGES:
        return False
    cookies = site.get(page.path, jar=jar_with(NAME, VALUE)).set_cookies
    if path == ADD:
        return any(not cookie.expired(now()) for cookie in cookies)
    if path == REMOVE:
        return any(cookie.expired(now()) for cookie in cookies)
    return path == DISPLAY and not cookies and bool(site.source.cookie_reads(page.route))


def jar_with(name: str, value: str) -> CookieJar:
    """Return the cookie store of a browser that has one cookie for the app."""
    jar = CookieJar()
    jar.put(name, value)
    return jar


def sets_it(page: Reply) -> bool:
    """Whether a page sets the cookie, so that it stays."""
    return any(cookie.name == NAME and not cookie.expired(now()) for cookie in page.set_cookies)


def removes_it(page: Reply) -> bool:
    """Whether a page makes the cookie expire."""
    return any(cookie.name == NAME and cookie.expired(now()) for cookie in page.set_cookies)


def names_of(cookies: Iterable[SetCookie]) -> list[str]:
    """Return the cookies' names as they are written in the code: a header's letters are bytes, Werkzeug's UTF-8."""
    return list(dict.fromkeys(each.name.encode("latin-1", "replace").decode("utf-8", "replace") for each in cookies))


def where_set(site: Site, reply: Reply, *, last: bool = False) -> CodePlace:
    """Return where the view behind a page first sets a cookie (or deletes one), or last; else where the view is."""
    lines = lines_of_view(site, reply)
    calls = [each for name in ("set_cookie", "delete_cookie") for each in site.source.calls(name)]
    within = [place for each in calls for place in lines if (place["file"], place["line"]) == each]
    if last:
        within.sort(key=lambda place: -(place["line"] or 0))
    by_header = (place for place in lines if "set-cookie" in line_of(site, place).lower())
    return next(iter(within), None) or next(by_header, None) or where(site, reply)


def not_returned(site: Site, reply: Reply, called: CodePlace) -> str:
    """Return what is to be done with a response that a cookie is set on, and that is not sent."""
    if reply.route is not None and not site.source.is_reached(reply.route, called["line"] or 0):
        return f"Line {called['line']} stands below a return and is never reached: move it above."
    if (post := slips.for_post_only(site.source.view(reply.route), called["line"] or 0)) is not None:
        return f"Line {post} lets only a form that is sent (POST) come to line {called['line']}. Do it for each visit."
    lines = {place["line"]: line_of(site, place) for place in lines_of_view(site, reply)}
    name = line_of(site, called).partition(".")[0]
    for number, written in lines.items():
        if (number or 0) > (called["line"] or 0) and written.startswith(f"{name} ="):
            return f"Line {number} makes another response. Set the cookie below it."
    if f"return {name}" in lines.values():
        return f"This visit does not come to line {called['line']}. What stands above it, or a decorator, ends it."
    return "Return the response that the cookie was set on: `return resp`."


def redirected_at(site: Site, reply: Reply) -> CodePlace:
    """Return the line of a view that redirects; else where the view is."""
    lines = (place for place in lines_of_view(site, reply) if "redirect(" in line_of(site, place))
    return next(lines, None) or where(site, reply)


def lifetime(cookie: SetCookie) -> str:
    """Return how long a cookie is to live, as its header says."""
    named = [f"{name}={cookie.attributes[name]}" for name in ("max-age", "expires") if name in cookie.attributes]
    return ", ".join(named) or "no expiry"
