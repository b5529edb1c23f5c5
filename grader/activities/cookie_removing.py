"""Removing the cookie of activity 11.2: what can be wrong, in words for a student."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.activities.cookie_adding import for_all_pages
from grader.activities.cookie_pages import (
    ADD,
    EXPIRE_IT,
    NAME,
    REMOVE,
    lifetime,
    names_of,
    not_returned,
    now,
    redirected_at,
    require_page,
    sets_it,
    where_set,
)
from grader.activities.done_by_the_page import what_it_does, writes_cookies
from grader.activities.page_sources import line_as, line_of, where
from grader.model.text import foreign_letter
from grader.rubric import Failed, excerpt

if TYPE_CHECKING:
    from grader.model.outcome import StoredCookie
    from grader.model.places import CodePlace
    from grader.site import Reply, SetCookie, Site


_USUAL = "path /, domain none"
_EXPIRED = f"Set-Cookie: {NAME}=; Max-Age=0"


def not_removed(site: Site, reply: Reply, before: SetCookie) -> Failed:
    """Say why the cookie stays: another place, no expiry, another name, no such page, or nothing sent."""
    place = where_set(site, reply)
    same_name = [cookie for cookie in reply.set_cookies if cookie.name == NAME]
    if same_name and same_name[-1].expired(now()):
        return _refused(site, reply, same_name[-1]) or _removed_elsewhere(site, reply, same_name[-1], before)
    if any(cookie.expired(now()) for cookie in same_name):
        return _set_again(site, reply)
    if same_name:
        return Failed(
            f"{REMOVE} sets {NAME} again ({lifetime(same_name[-1])}) instead of letting it expire.",
            expected="max_age=0",
            observed=lifetime(same_name[-1]),
            hint=_rightly(site, place),
            **place,
        )
    if reply.set_cookies:
        expiring = [cookie for cookie in reply.set_cookies if cookie.expired(now())]
        names = names_of(expiring or reply.set_cookies)
        return Failed(
            f"{REMOVE} {'removes' if expiring else 'sets'} the cookie {', '.join(names)}, not {NAME}.",
            expected=NAME,
            observed=", ".join(names),
            hint=" ".join(filter(None, (foreign_letter(names[0], NAME), _rightly(site, place)))),
            **place,
        )
    return _no_page_that_removes(site, reply) or _nothing_sent(site, reply)


def _rightly(site: Site, place: CodePlace) -> str:
    """Return how the line that sets or deletes a cookie is written so that it removes ours."""
    call = EXPIRE_IT.partition(".")[2]
    rightly = line_as(site, place, r"\b(\w+)\.(set|delete)_cookie\(.*\)$", rf"\1.{call}")
    return rightly or f"Write {EXPIRE_IT}"


def _refused(site: Site, reply: Reply, cookie: SetCookie) -> Failed | None:
    """Say that browsers do not take the removal itself."""
    if cookie.refused is None:
        return None
    place = where_set(site, reply)
    problem = f"{REMOVE} removes {NAME} in a way that browsers refuse: {cookie.refused}."
    return Failed(problem, expected=_EXPIRED, observed=cookie.refused, hint=_rightly(site, place), **place)


def _set_again(site: Site, reply: Reply) -> Failed:
    """Say that the cookie is removed, and set once more in the same answer."""
    if reply.ends_on and sets_it(site.get(reply.ends_on)):
        return Failed(
            f"{REMOVE} removes {NAME} and leads on to {reply.ends_on}, which sets it again.",
            expected=_EXPIRED,
            observed=f"Set-Cookie: {NAME}=…, after that",
            hint=f"Return a page of its own, in place of the redirect to {reply.ends_on}.",
            **redirected_at(site, reply),
        )
    place = where_set(site, reply, last=True)
    later, hint = "", f"Take out line {place['line']}."
    calls = list(site.source.calls("set_cookie"))
    for file, function in site.source.decorated("after_request"):
        name, lines = getattr(function, "name", "a function"), range(function.lineno, (function.end_lineno or 0) + 1)
        if not any(path == file and line in lines for path, line in calls):
            continue
        place = {"file": file, "line": function.lineno}
        later = f" by {name}, which is called after each page"
        hint = f"Set it in the view of {ADD} alone, and take {name} out."
    problem = f"{REMOVE} removes {NAME}, and then it is set again{later}."
    return Failed(problem, expected=_EXPIRED, observed=f"Set-Cookie: {NAME}=…, after that", hint=hint, **place)


def _removed_elsewhere(site: Site, reply: Reply, cookie: SetCookie, before: SetCookie) -> Failed:
    theirs, ours = _place(cookie), _place(before)
    hint = "Remove it with the same path and domain that it was set with."
    if cookie.partitioned != before.partitioned:
        change = "Give it partitioned=True as well" if before.partitioned else "Leave out partitioned=True"
        hint = f"{change} when you remove it: a partitioned cookie is another one."
    else:
        at = where_set(site, reply if ours == _USUAL else site.get(ADD))
        named = line_as(site, at, r",\s*(?:path|domain)\s*=\s*(?:(['\"]).*?\1|[\w.]+)(?=\s*[,)])", "")
        if named is None and ours != _USUAL and "set-cookie" in line_of(site, at).lower():
            named = for_all_pages(site, at)
        if named is not None and _USUAL in {ours, theirs}:
            hint = f"Both are for path / where neither names one. {named}"
            return Failed(_of_another_place(theirs, ours), expected=ours, observed=theirs, hint=hint, **at)
    return Failed(_of_another_place(theirs, ours), expected=ours, observed=theirs, hint=hint, **where_set(site, reply))


def _of_another_place(theirs: str, ours: str) -> str:
    return f"{REMOVE} removes a {NAME} of another place ({theirs}); the one that was added has {ours}."


def _place(cookie: SetCookie) -> str:
    partition = ", partitioned" if cookie.partitioned else ""
    return f"path {cookie.path}, domain {cookie.attributes.get('domain') or 'none'}{partition}"


def _no_page_that_removes(site: Site, reply: Reply) -> Failed | None:
    """Say that another page removes a cookie: the handout's sample, pasted in place of /removeCookie."""
    other = next((page for page in site.visit_all() if any(c.expired(now()) for c in page.set_cookies)), None)
    if other is None or reply.route is not None:
        return None
    names = ", ".join(names_of(cookie for cookie in other.set_cookies if cookie.expired(now())))
    if names == NAME:
        return None  # what is said of a page by another name is all there is to say
    return Failed(
        f"There is no page {REMOVE}; your app has {other.path}, which removes the cookie {names}.",
        expected=f"{REMOVE}, removing {NAME}",
        observed=f"{other.path}, removing {names}",
        hint=foreign_letter(names, NAME) or f"Write the route as '{REMOVE}' and remove {NAME}.",
        **where(site, other),
    )


def still_kept(site: Site, left: StoredCookie) -> Failed:
    """Say why a browser keeps the cookie which the response removes."""
    reply = site.get(REMOVE)
    expected, observed = f"no {NAME} in the browser's cookies", f"{NAME} = {excerpt(left.value)}"
    problem = f"After {ADD} and {REMOVE} the browser still keeps {NAME} (path {left.path})"
    by_itself = what_it_does(site, reply, sets_it)
    if by_itself is not None:
        problem = f"{problem}: it is set again. {by_itself[0]}."
        hint = f"Take that out: {REMOVE} only removes the cookie."
        return Failed(problem, expected=expected, observed=observed, hint=hint, **by_itself[1])
    hint = "Remove it with the same path and domain that it was set with."
    return Failed(f"{problem}.", expected=expected, observed=observed, hint=hint, **where_set(site, reply))


def _nothing_sent(site: Site, reply: Reply) -> Failed:
    try:
        require_page(site, reply)
    except Failed as failure:
        return failure
    place = where_set(site, reply)
    called = place != where(site, reply)
    although = f", although {place['file']} line {place['line']} calls for it" if called else ""
    hint = f"Make a response, resp = make_response(...), then {EXPIRE_IT}, and return resp."
    if called:
        hint = not_returned(site, reply, place)
    elif writes_cookies(site, reply) is not None:
        hint = f"Only a script in the page removes it. Let the response do it: {EXPIRE_IT}"
    elif any(place["file"] == file for file, _ in site.source.calls("pop")):
        hint = f"What is taken out of session or of request.cookies stays in the browser. {hint}"
    problem = f"{REMOVE} sends nothing that removes the cookie{although}."
    return Failed(problem, expected=_EXPIRED, observed="no Set-Cookie header", hint=hint, **place)
