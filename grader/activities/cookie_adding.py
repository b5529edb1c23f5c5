"""Adding the cookie of activity 11.2: what can be wrong, in words for a student."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.activities.cookie_pages import (
    ADD,
    NAME,
    REMOVE,
    SET_IT,
    VALUE,
    lifetime,
    names_of,
    not_returned,
    redirected_at,
    removes_it,
    require_page,
    sets_it,
    where_set,
)
from grader.activities.done_by_the_page import acts, what_it_does, writes_cookies
from grader.activities.page_sources import code_of, line_as, line_of, lines_of_view, where
from grader.model.faults import MachineFault
from grader.model.text import foreign_letter
from grader.rubric import Failed, Partial, excerpt, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.places import CodePlace
    from grader.site import Reply, SetCookie, Site

_LONGEST_SHOWN = 120


def not_set(site: Site, reply: Reply) -> Failed:
    """Say what stands in the way of the cookie: another name, a crash, or a response that is never returned."""
    if others := names_of(reply.set_cookies):
        return _other_name(site, reply, others)
    try:
        require_page(site, reply)
    except Failed as failure:
        return failure
    if (script := writes_cookies(site, reply)) is not None:
        return Failed(
            f"{ADD} sets the cookie with JavaScript in the page; the response itself sets none.",
            expected=f"Set-Cookie: {NAME}=…",
            observed=f"{script} in the page",
            hint=f"Set it in the view: resp = make_response(...), then {SET_IT}, then return resp.",
            **where(site, reply),
        )
    elsewhere = next((page for page in site.visit_all() if page.path != REMOVE and sets_it(page)), None)
    if elsewhere is not None:
        return Failed(
            f"{ADD} sends no cookie; the page {elsewhere.path} sets {NAME} instead.",
            expected=f"Set-Cookie: {NAME}=… from {ADD}",
            observed=f"Set-Cookie: {NAME}=… from {elsewhere.path}",
            hint=f"Move the set_cookie call into the view of {ADD}.",
            **where_set(site, elsewhere),
        )
    return _no_cookie_sent(site, reply)


def _other_name(site: Site, reply: Reply, others: list[str]) -> Failed:
    place = where_set(site, reply)
    named = line_as(site, place, rf"(['\"]){re.escape(others[0])}\1", rf"\1{NAME}\1")
    hint = named if named and len(others) == 1 else f"Call the cookie {NAME}."
    if others == ["session"]:
        hint = f"session[...] is another thing than a cookie of your own: {SET_IT}"
    elif VALUE in others:
        swapped = line_as(site, place, r"_cookie\(\s*([^,]+),\s*([^,)]+)", r"_cookie(\2, \1")
        hint = f"The name comes first, then the value. {swapped or ''}".strip()
    elif (foreign := foreign_letter(others[0], NAME)) is not None:
        hint = f"{foreign} {named or ''}".strip()
    elif any(name.lower() == NAME.lower() for name in others):
        hint = f"Upper and lower case letters count in a cookie's name. {named or ''}".strip()
    problem = f"{ADD} sets the cookie {', '.join(others)}, the handout asks for {NAME}."
    return Failed(problem, expected=NAME, observed=", ".join(others), hint=hint, **place)


def _no_cookie_sent(site: Site, reply: Reply) -> Failed:
    place = where_set(site, reply)
    called = place != where(site, reply)
    although = f", although {place['file']} line {place['line']} calls set_cookie" if called else ""
    hint = f"Make a response, resp = make_response(...), set the cookie on it, {SET_IT}, and return resp."
    if called:
        hint = not_returned(site, reply, place)
    elif (instead := _given_a_value(site, reply)) is not None:
        hint, place = instead
    expected, observed = f"Set-Cookie: {NAME}=…", "no Set-Cookie header"
    return Failed(f"{ADD} sends no cookie{although}.", expected=expected, observed=observed, hint=hint, **place)


def _given_a_value(site: Site, reply: Reply) -> tuple[str, CodePlace] | None:
    """Return what to do about a set_cookie that is given a value with = and not called, and where."""
    for place in lines_of_view(site, reply):
        if rightly := line_as(site, place, r"\.set_cookie\s*=\s*[(\[]?\s*(.*?)[)\]]?$", r".set_cookie(\1)"):
            return f"set_cookie is called, and not given a value with =. {rightly}", place
    return None


def born_expired(site: Site, reply: Reply, cookie: SetCookie) -> Failed:
    """Say that the cookie is over as soon as it is set."""
    place = where_set(site, reply)
    why = "but with an expiry that is over already, so the browser drops it at once"
    pattern = r",\s*(max_age|expires)\s*=\s*(?:(['\"]).*?\2|[\w.-]+)(?=\s*[,)])"
    hint = line_as(site, place, pattern, "") or "Leave max_age and expires out, or give a time that is still to come."
    if reply.ends_on and removes_it(site.get(reply.ends_on)):
        place = redirected_at(site, reply)
        why = f"and leads on to {reply.ends_on}, which takes it away again"
        hint = f"Return the page with the words itself, in place of the redirect to {reply.ends_on}."
    elif sets_it(reply):
        place = where_set(site, reply, last=True)
        why = "and takes it away again in the same answer, so the browser does not keep it"
        hint = f"Take out line {place['line']}."
    problem = f"{ADD} sets {NAME}, {why}."
    return Failed(problem, expected="a cookie that stays", observed=lifetime(cookie), hint=hint, **place)


def other_value(site: Site, reply: Reply, cookie: SetCookie) -> Partial:
    """Say that the cookie has another value than the handout's."""
    place = where_set(site, reply)
    return Partial(
        f'{ADD} sets {NAME} to "{shown(cookie.decoded)}", the handout asks for "{VALUE}".',
        expected=VALUE,
        observed=cookie.decoded,
        hint=hint_for_value(site, place, cookie.decoded),
        **place,
    )


def shown(value: str) -> str:
    """Return a value as it is quoted in a message, with all of its blanks."""
    return value if len(value) < _LONGEST_SHOWN and value.isprintable() else excerpt(value)


def as_two_arguments(site: Site, place: CodePlace) -> str:
    """Return the hint for a name and a value in one text, which Flask takes for the name of a cookie without value."""
    rightly = line_as(site, place, rf"(['\"]){NAME}=(.*?)\1", rf"'{NAME}', \1\2\1")
    return f"Name and value are two arguments. {rightly or f'Write {SET_IT}'}"


def for_all_pages(site: Site, place: CodePlace) -> str:
    """Return how a cookie that is for the path of one page becomes one for all, given where it is set."""
    written = line_of(site, place)
    if "set-cookie" in written.lower() and "path=" not in written.lower():
        return "Write `; Path=/` at the end of that header: then the cookie is for all pages."
    if re.search(r"\bpath\s*=\s*(None|['\"]{2})", written):
        return f"Say path='/' there: without a path it is for {ADD}/ alone, which ends in a slash."
    return "Leave path=... out of set_cookie: then the cookie is for all pages."


def hint_for_value(site: Site, place: CodePlace, value: str) -> str:
    """Return what is to be mended in a value, given where it is set."""
    if value == f"{VALUE}=":
        return as_two_arguments(site, place)
    code = "\n".join(code_of(site, place["file"]))
    if changed := re.search(rf"\b(?!set_cookie)(\w+)\(\s*b?(['\"]){re.escape(VALUE)}\2", code):
        return f"Hand the text to set_cookie as it is, without {changed[1]}(...): Flask takes care of the spaces."
    if not value and (
        given := line_as(site, place, rf"_cookie\((['\"]){NAME}\1\s*(?=[,)])", rf"_cookie('{NAME}', '{VALUE}'")
    ):
        return f"The value comes right after the name. {given}"
    if value.strip() != VALUE and VALUE in value.strip("\"'"):
        alone = line_as(site, place, rf"_cookie\((['\"]){NAME}\1.*\)$", f"_cookie('{NAME}', '{VALUE}')")
        return f"There is more in it than the handout's words: set the text alone. {alone or ''}".strip()
    why = "Copy the value exactly, with its capital letters, dash and exclamation mark."
    if (foreign := foreign_letter(value, VALUE)) is not None:
        why = foreign
    elif value.strip() == VALUE:
        why = "It has a space too many at its beginning or end."
    elif squeeze(value) == squeeze(VALUE):
        why = "The words are right; compare capital letters, spaces, the dash (-), quotes and the exclamation mark."
    rightly = line_as(site, place, rf"(?<=['\"]){re.escape(value)}(?=['\"])", VALUE)
    return f"{why} {rightly}" if rightly else why


def not_kept(site: Site, kept: Sequence[str]) -> Failed:
    """Say why the browser does not keep the cookie.

    Raises `MachineFault`: nothing is wrong with it: then something on this machine keeps the browser from it.
    """
    reply = site.get(ADD)
    refused = next((cookie.refused for cookie in reply.set_cookies if cookie.name == NAME and cookie.refused), None)
    by_itself = what_it_does(site, reply, removes_it) if refused is None else None
    if by_itself is not None:
        return Failed(
            f"The browser was at {ADD}. {NAME} was set, and then it was gone again. {by_itself[0]}.",
            expected=f"{NAME} in the browser's cookies",
            observed=f"the browser's cookies: {', '.join(kept) or 'none'}",
            hint=f"Take that out: {ADD} only adds the cookie.",
            **by_itself[1],
        )
    if refused is None and reply.jar.get(NAME) is not None and not acts(site, reply):
        raise MachineFault(
            f"The browser on this machine does not keep {NAME}, which {ADD} sets rightly, and gives no reason.",
            hint="Is the disk full, or the size of files limited (ulimit -f)?",
        )
    return Failed(
        f"The browser was at {ADD}. It does not keep {NAME}{f': {refused}' if refused else ''}.",
        expected=f"{NAME} in the browser's cookies",
        observed=f"the browser's cookies: {', '.join(kept) or 'none'}",
        hint=f"Set it plainly: {SET_IT}" if refused else "Does a script of the page take it away? Take that out.",
        **where_set(site, reply),
    )
