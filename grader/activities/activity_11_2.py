"""Activity 11.2: adding a cookie to a website."""

from __future__ import annotations

import secrets
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from urllib.parse import unquote as percent_decode

from grader.activities.common import crashed, require_answer, require_port, shows, where
from grader.activities.documents import require_document, screenshots
from grader.rubric import Activity, Failed, Partial, displays, excerpt, squeeze
from grader.site import CookieJar
from grader.site.cookies import path_matches

if TYPE_CHECKING:
    from grader.browser import Page, Visitor
    from grader.document import Document
    from grader.site import Reply, SetCookie, Site

PORT = 88
NAME = "myFirstCookie"
VALUE = "Hello World - my first cookie!"
HOME, ADD, DISPLAY, REMOVE = "/", "/addCookie", "/displayCookieValue", "/removeCookie"
FOUND, NOT_FOUND = "Found the cookie:", "Cookie not found!"

activity = Activity(
    "activity-11.2",
    title="Adding a cookie to a website",
    signs=[
        r"cookie",
        r"myFirstCookie",
        r"set_cookie|delete_cookie|\.cookies",
        r"/addCookie",
        r"displayCookieValue",
        r"removeCookie",
        r"Practicing Cookies",
        r"port\s*=\s*['\"]?88\b",
    ],
)


@activity.check(step="2", points=5)
def loads(site: Site) -> None:
    """app.py can be loaded and holds a Flask app."""


@activity.check(step="2", points=5, needs=loads)
def home(site: Site) -> None:
    """/ displays "Practicing Cookies!"."""
    reply = site.get(HOME)
    if shows(reply, "Practicing Cookies!"):
        return
    require_answer(site, reply)
    raise Failed(
        f'/ displays "{excerpt(reply.text)}", the handout asks for "Practicing Cookies!".',
        expected="Practicing Cookies!",
        observed=excerpt(reply.text),
        hint="Return the handout's words from the view of '/'.",
        **where(site, reply),
    )


@activity.check(step="2", points=5, needs=loads)
def port(site: Site) -> None:
    """The app runs on port 88."""
    require_port(site, PORT)


@activity.check(step="4", points=5, needs=loads)
def add_page(site: Site) -> None:
    """/addCookie displays "Cookie added!"."""
    reply = site.get(ADD)
    if shows(reply, "Cookie added!"):
        return
    require_answer(site, reply)
    raise Partial(
        f'/addCookie answers, but displays "{excerpt(reply.text)}" instead of "Cookie added!".',
        expected="Cookie added!",
        observed=excerpt(reply.text),
        **where(site, reply),
    )


@activity.check(step="3", points=12, needs=loads)
def add_cookie(site: Site) -> None:
    """/addCookie sets the cookie myFirstCookie."""
    reply = site.get(ADD)
    sent = [cookie for cookie in reply.set_cookies if cookie.name == NAME]
    if not sent:
        raise _no_cookie(site, reply)
    cookie = sent[-1]
    if cookie.expired(datetime.now(timezone.utc)):
        raise Failed(
            f"/addCookie sets {NAME}, but with an expiry that is over already, so the browser drops it at once.",
            expected="a cookie that stays",
            observed=_lifetime(cookie),
            hint="Leave max_age and expires out, or give a time that is still to come.",
            **_line_of_set_cookie(site, reply),
        )
    if cookie.decoded != VALUE:
        raise Partial(
            f'/addCookie sets {NAME} to "{excerpt(cookie.decoded)}", the handout asks for "{VALUE}".',
            expected=VALUE,
            observed=cookie.decoded,
            hint="Copy the value exactly, with its capital letters, dash and exclamation mark.",
            **_line_of_set_cookie(site, reply),
        )


def _no_cookie(site: Site, reply: Reply) -> Failed:
    """Say what stands in the way of the cookie: a crash, another name, or a response that is never returned."""
    others = list(dict.fromkeys(cookie.name for cookie in reply.set_cookies))
    if others:
        case = any(name.lower() == NAME.lower() for name in others)
        return Failed(
            f"/addCookie sets the cookie {', '.join(others)}, the handout asks for {NAME}.",
            expected=NAME,
            observed=", ".join(others),
            hint="Upper and lower case letters count in a cookie's name." if case else f"Call the cookie {NAME}.",
            **_line_of_set_cookie(site, reply),
        )
    try:
        require_answer(site, reply)
    except Failed as failure:
        return failure
    if "document.cookie" in reply.source:
        return Failed(
            "/addCookie sets the cookie with JavaScript in the page; the response itself sets none.",
            expected=f"Set-Cookie: {NAME}=…",
            observed="document.cookie in the page",
            hint=f"Set it in the view: resp = make_response(...); resp.set_cookie('{NAME}', '{VALUE}'); return resp",
            **where(site, reply),
        )
    elsewhere = next((page for page in site.visit_all() if any(c.name == NAME for c in page.set_cookies)), None)
    if elsewhere is not None and elsewhere.path != REMOVE:
        return Failed(
            f"/addCookie sends no cookie; the page {elsewhere.path} sets {NAME} instead.",
            expected=f"Set-Cookie: {NAME}=… from /addCookie",
            observed=f"Set-Cookie: {NAME}=… from {elsewhere.path}",
            hint="Move the set_cookie call into the view of /addCookie.",
            **_line_of_set_cookie(site, elsewhere),
        )
    place = _line_of_set_cookie(site, reply)
    if place != where(site, reply):
        return Failed(
            f"/addCookie sends no cookie, although {place['file']} line {place['line']} calls set_cookie.",
            expected=f"Set-Cookie: {NAME}=…",
            observed="no Set-Cookie header",
            hint="The response that the cookie was set on has to be the one that the view returns: return resp",
            **place,
        )
    return Failed(
        "/addCookie sends no cookie.",
        expected=f"Set-Cookie: {NAME}=…",
        observed="no Set-Cookie header",
        hint=f"Make a response, set the cookie on it and return it: resp.set_cookie('{NAME}', '{VALUE}')",
        **place,
    )


@activity.check(step="4", points=8, needs=add_cookie)
def add_browser(browser: Visitor, site: Site) -> None:
    """After /addCookie the browser keeps the cookie."""
    browser.forget()
    browser.visit(ADD)
    stored = browser.cookie(NAME)
    if stored is None:
        reply = site.get(ADD)
        refused = next((cookie.refused for cookie in reply.set_cookies if cookie.name == NAME and cookie.refused), None)
        reason = f" because {refused}" if refused else ""
        others = ", ".join(cookie.name for cookie in browser.cookies())
        raise Failed(
            f"The browser visited /addCookie, but does not keep {NAME}{reason}.",
            expected=f"{NAME} in the browser's cookies",
            observed=f"the browser's cookies: {others or 'none'}",
            hint=f"Set it plainly: resp.set_cookie('{NAME}', '{VALUE}')",
            **_line_of_set_cookie(site, reply),
        )
    value = _decoded(stored.value)
    if value != VALUE:
        raise Partial(
            f'The browser keeps {NAME} with the value "{excerpt(value)}", the handout asks for "{VALUE}".',
            expected=VALUE,
            observed=value,
        )


@activity.check(step="5", points=10, needs=loads)
def display_found(site: Site) -> None:
    """/displayCookieValue displays the cookie's value."""
    jar = CookieJar()
    site.get(ADD, jar=jar)
    if jar.get(NAME) is None:
        jar.put(NAME, VALUE)
    kept = jar.get(NAME)
    values = [kept.decoded if kept else VALUE, f"Oatmeal {secrets.token_hex(5)}"]
    replies = [site.get(DISPLAY, jar=jar), site.get(DISPLAY, jar=_jar_with(values[1]))]
    if all(_displays_value(reply, value, FOUND) for reply, value in zip(replies, values, strict=True)):
        return
    for reply, value in zip(replies, values, strict=True):
        if not _displays_value(reply, value):
            require_answer(site, reply)
            raise _value_not_shown(site, replies, value, reply)
        require_answer(site, reply)
    reply, value = next(
        (reply, value) for reply, value in zip(replies, values, strict=True) if not _displays_value(reply, value, FOUND)
    )
    raise Partial(
        f'With the cookie, /displayCookieValue displays "{excerpt(reply.text)}": the value is there, the words are not.',
        expected=f"{FOUND} {value}",
        observed=excerpt(reply.text),
        hint=f'Write "{FOUND}" before the value.',
        **where(site, reply),
    )


def _displays_value(reply: Reply, value: str, words: str = "") -> bool:
    """Whether a page displays the cookie's value after the words; an app may percent-encode what it stores."""
    return displays(reply.text, words + value) or displays(reply.text, words + percent_decode(value))


def _value_not_shown(site: Site, replies: list[Reply], value: str, reply: Reply) -> Failed:
    added = reply.jar.get(NAME)
    if added is not None and not path_matches(DISPLAY, added.path):
        return Failed(
            f"/addCookie sets {NAME} for the path {added.path} only, so the browser does not send it to "
            f'/displayCookieValue, which displays "{excerpt(reply.text)}".',
            expected="path /",
            observed=f"path {added.path}",
            hint="Leave path=... out of set_cookie: then the cookie is for all pages.",
            **_line_of_set_cookie(site, site.get(ADD)),
        )
    reads = site.source.cookie_reads(reply.route) if reply.route else []
    names = {read.name for read in reads}
    if names and None not in names and NAME not in names:
        others = ", ".join(sorted(name for name in names if name))
        return Failed(
            f'/displayCookieValue reads the cookie {others}, not {NAME}, and displays "{excerpt(reply.text)}".',
            expected=NAME,
            observed=others,
            hint=f"Read {NAME}; upper and lower case letters count.",
            file=reply.route.file if reply.route else None,
            line=reads[0].line,
        )
    same = squeeze(replies[0].text) == squeeze(replies[1].text)
    why = "the same for every value of the cookie" if same else "not the value that was sent"
    return Failed(
        f'With {NAME} set to "{value}", /displayCookieValue displays "{excerpt(reply.text)}": {why}.',
        expected=f"{FOUND} {value}",
        observed=excerpt(reply.text),
        hint=f"Read the value with request.cookies['{NAME}'] and put it into the page.",
        **where(site, reply),
    )


@activity.check(step="5", points=8, needs=loads)
def display_missing(site: Site) -> None:
    """Without the cookie, /displayCookieValue displays "Cookie not found!"."""
    for name in (None, "theme"):
        jar = CookieJar()
        if name is not None:
            jar.put(name, "dark")
        _require_not_found(site, site.get(DISPLAY, jar=jar), other_cookie=name)


def _require_not_found(site: Site, reply: Reply, other_cookie: str | None) -> None:
    situation = "Without the cookie" if other_cookie is None else f"With only another cookie ({other_cookie})"
    claim = _claims_a_value(reply.text)
    if displays(reply.text, NOT_FOUND) and not claim:
        return
    if reply.crash is not None:
        failure = crashed(site, reply)
        failure.message = f"{situation}: {failure.message}"
        raise failure
    require_answer(site, reply)
    text = excerpt(reply.text)
    if claim:
        raise Failed(
            f'{situation}, /displayCookieValue displays "{text}", as if it had found a value.',
            expected=NOT_FOUND,
            observed=text,
            hint=f'When the cookie is missing, return "{NOT_FOUND}" and nothing else.',
            **where(site, reply),
        )
    with_cookie = site.get(DISPLAY, jar=_jar_with(f"Oatmeal {secrets.token_hex(5)}"))
    if squeeze(with_cookie.text) == squeeze(reply.text):
        raise Failed(
            f'/displayCookieValue displays "{text}" with and without the cookie: it does not look for it.',
            expected=NOT_FOUND,
            observed=text,
            hint="Read the cookie inside a try, and return the other words in the except.",
            **where(site, reply),
        )
    raise Partial(
        f'{situation}, /displayCookieValue displays "{text}", the handout asks for "{NOT_FOUND}".',
        expected=NOT_FOUND,
        observed=text,
        **where(site, reply),
    )


@activity.check(step="5", points=5, needs=loads)
def display_try(site: Site) -> None:
    """/displayCookieValue reads the cookie inside a try block."""
    route = site.route(DISPLAY) or next(site.source.routes_written(DISPLAY), None)
    if route is None:
        require_answer(site, site.get(DISPLAY))
        raise Failed(f"There is no view for {DISPLAY} in the code.", file=site.app_file)
    reads = site.source.cookie_reads(route)
    if any(read.guarded for read in reads):
        return
    name = route.function or "the view"
    if not reads:
        raise Failed(
            f"{name}, the view of /displayCookieValue, does not read the cookie.",
            expected=f"try: … request.cookies['{NAME}'] …",
            hint=f"Read request.cookies['{NAME}'] inside a try block.",
            file=route.file,
            line=route.line,
        )
    outside = f"{route.file} line {reads[0].line}"
    raise Failed(
        f"{name} reads the cookie at {outside}, outside of a try block.",
        expected="the cookie read inside try: …",
        observed=f"read at line {reads[0].line}, not inside a try",
        hint="Put that line inside the try, so that a missing cookie ends in the except.",
        file=route.file,
        line=reads[0].line,
    )


@activity.check(step="6", points=5, needs=add_browser)
def display_cleared(browser: Visitor, site: Site) -> None:
    """After the cookie is deleted in the browser, a reload displays "Cookie not found!"."""
    browser.forget()
    browser.visit(ADD)
    shown = browser.visit(DISPLAY)
    browser.delete_cookie(NAME)
    page = browser.reload()
    text = _text(page)
    claim = _claims_a_value(text) or displays(text, VALUE)
    if displays(text, NOT_FOUND) and not claim:
        return
    place = where(site, site.get(DISPLAY))
    if page.problem or (page.status or 0) >= 400 or not text.strip():  # noqa: PLR2004 - HTTP errors
        observed = page.problem or (f"error {page.status}" if (page.status or 0) >= 400 else "an empty page")  # noqa: PLR2004
        raise Failed(
            f"After {NAME} was deleted in the browser, reloading /displayCookieValue gives {observed}.",
            expected=NOT_FOUND,
            observed=observed,
            hint=f'Catch the missing cookie with try and except, and return "{NOT_FOUND}".',
            **place,
        )
    if claim or squeeze(_text(shown)) == squeeze(text):
        raise Failed(
            f'After {NAME} was deleted in the browser, reloading /displayCookieValue still displays "{excerpt(text)}".',
            expected=NOT_FOUND,
            observed=excerpt(text),
            hint="Read the cookie from the request each time; do not keep its value in a variable of the program.",
            **place,
        )
    raise Partial(
        f'After {NAME} was deleted in the browser, /displayCookieValue displays "{excerpt(text)}", '
        f'the handout asks for "{NOT_FOUND}".',
        expected=NOT_FOUND,
        observed=excerpt(text),
        **place,
    )


@activity.check(step="7", points=10, needs=loads)
def remove_cookie(site: Site) -> None:
    """/removeCookie makes the cookie expire."""
    jar = CookieJar()
    added = [cookie for cookie in site.get(ADD, jar=jar).set_cookies if cookie.name == NAME]
    if jar.get(NAME) is None:
        jar.put(NAME, VALUE)
    before = jar.get(NAME)
    reply = site.get(REMOVE, jar=jar)
    now = datetime.now(timezone.utc)
    refused_alike = any(
        cookie.expired(now) and added and cookie.refused and cookie.place == added[-1].place
        for cookie in reply.set_cookies
    )
    if jar.get(NAME) is not None and before is not None and not refused_alike:
        raise _not_removed(site, reply, before)


def _not_removed(site: Site, reply: Reply, before: SetCookie) -> Failed:
    now = datetime.now(timezone.utc)
    expiring = [cookie for cookie in reply.set_cookies if cookie.expired(now)]
    same_name = [cookie for cookie in reply.set_cookies if cookie.name == NAME]
    place = _line_of_set_cookie(site, reply)
    if same_name and same_name[-1].expired(now):
        cookie = same_name[-1]
        theirs = cookie.attributes.get("domain") or "none"
        return Failed(
            f"/removeCookie removes a {NAME} of another place (path {cookie.path}, domain {theirs}); "
            f"the one that was added has path {before.path}.",
            expected=f"path {before.path}",
            observed=f"path {cookie.path}, domain {theirs}",
            hint="Remove it with the same path and domain that it was set with.",
            **place,
        )
    if same_name:
        return Failed(
            f"/removeCookie sets {NAME} again ({_lifetime(same_name[-1])}) instead of letting it expire.",
            expected="max_age=0",
            observed=_lifetime(same_name[-1]),
            hint=f"resp.set_cookie('{NAME}', '', max_age=0)",
            **place,
        )
    if reply.set_cookies:
        names = ", ".join(dict.fromkeys(cookie.name for cookie in expiring or reply.set_cookies))
        return Failed(
            f"/removeCookie {'removes' if expiring else 'sets'} the cookie {names}, not {NAME}.",
            expected=NAME,
            observed=names,
            hint=f"resp.set_cookie('{NAME}', '', max_age=0)",
            **place,
        )
    other = next((page for page in site.visit_all() if any(c.expired(now) for c in page.set_cookies)), None)
    if other is not None and reply.route is None:
        names = ", ".join(cookie.name for cookie in other.set_cookies if cookie.expired(now))
        return Failed(
            f"There is no page /removeCookie; your app has {other.path}, which removes the cookie {names}.",
            expected=f"/removeCookie, removing {NAME}",
            observed=f"{other.path}, removing {names}",
            hint=f"Write the route as '/removeCookie' and remove {NAME}.",
            **where(site, other),
        )
    try:
        require_answer(site, reply)
    except Failed as failure:
        return failure
    called = place != where(site, reply)
    return Failed(
        "/removeCookie sends nothing that removes the cookie"
        + (f", although {place['file']} line {place['line']} calls for it." if called else "."),
        expected=f"Set-Cookie: {NAME}=; Max-Age=0",
        observed="no Set-Cookie header",
        hint="The response that the cookie was removed on has to be the one that the view returns: return resp"
        if called
        else f"Make a response, resp.set_cookie('{NAME}', '', max_age=0), and return it.",
        **place,
    )


@activity.check(step="7", points=7, needs=(add_browser, remove_cookie))
def remove_browser(browser: Visitor, site: Site) -> None:
    """After /removeCookie the cookie is gone from the browser."""
    browser.forget()
    browser.visit(ADD)
    browser.visit(REMOVE)
    left = browser.cookie(NAME)
    if left is not None:
        raise Failed(
            f"After /addCookie and /removeCookie the browser still keeps {NAME} (path {left.path}).",
            expected=f"no {NAME} in the browser's cookies",
            observed=f"{NAME} = {excerpt(left.value)}",
            hint="Remove it with the same path and domain that it was set with.",
            **_line_of_set_cookie(site, site.get(REMOVE)),
        )


@activity.check(step="submission", points=5)
def document(document: Document) -> None:
    """A Word document with screenshots is handed in."""
    require_document(document)


screenshots(
    activity,
    needs=document,
    points=1,
    items={
        "shot-1": "VS Code with the app.py of the zip",
        "shot-2": "the browser at http://localhost:88 displaying Practicing Cookies!",
        "shot-3": "the completed addCookie in app.py",
        "shot-4": "the browser at /addCookie displaying Cookie added!",
        "shot-5": "the browser's settings with the new cookie myFirstCookie",
        "shot-6": "the completed displayCookieValue in app.py",
        "shot-7": "the browser at /displayCookieValue displaying the cookie's value",
        "shot-8": "the browser at /displayCookieValue displaying Cookie not found!",
        "shot-9": "the completed removeCookie in app.py",
        "shot-10": "the browser's settings after /removeCookie, with the cookie gone",
    },
)


def _jar_with(value: str) -> CookieJar:
    jar = CookieJar()
    jar.put(NAME, value)
    return jar


def _text(page: Page) -> str:
    from grader.site.page import html_to_text

    return page.text or html_to_text(page.body)


def _decoded(stored: str) -> str:
    from grader.site.cookies import unquote

    return unquote(stored)


def _claims_a_value(text: str) -> bool:
    """Whether a page without the cookie pretends to have found one, ``None`` for a value included."""
    return displays(text, FOUND) or any(line.split()[-1:] == ["None"] for line in text.splitlines())


def _lifetime(cookie: SetCookie) -> str:
    named = [f"{name}={cookie.attributes[name]}" for name in ("max-age", "expires") if name in cookie.attributes]
    return ", ".join(named) or "no expiry"


def _line_of_set_cookie(site: Site, reply: Reply) -> dict[str, str | int | None]:
    """Return where the view behind a page sets or deletes a cookie, else where the view is."""
    view = site.source.view(reply.route) if reply.route else None
    if view is not None and reply.route is not None and view.end_lineno is not None:
        for call in ("set_cookie", "delete_cookie"):
            for file, line in site.source.calls(call):
                if file == reply.route.file and view.lineno <= line <= view.end_lineno:
                    return {"file": file, "line": line}
    return where(site, reply)
