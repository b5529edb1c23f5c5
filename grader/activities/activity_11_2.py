"""Activity 11.2: adding a cookie to a website."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import unquote as percent_decode

from grader.activities import cookie_adding, cookie_displaying, cookie_pages, cookie_removing
from grader.activities.common import require_port, shows
from grader.activities.cookie_pages import ADD, DISPLAY, FOUND, NAME, NOT_FOUND, REMOVE, VALUE
from grader.activities.documents import AskedPicture, require_document, screenshots
from grader.activities.page_sources import where
from grader.model.faults import StudentFault
from grader.rubric import Activity, Failed, Partial, any_of, code, cookies, displays, excerpt, page, squeeze
from grader.site import CookieJar, Reply, SetCookie, Site
from grader.site.cookies import unquote
from grader.site.html_page import html_to_text

if TYPE_CHECKING:
    from grader.browser import Page, Visitor
    from grader.document import Document

PORT = 88
HOME = "Practicing Cookies!"
ADDED = "Cookie added!"
COOKIES_NAME = any_of(NAME, "COOKIE_NAME")

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
    wordings=[HOME, ADDED, FOUND, NOT_FOUND],
)


@activity.check(step="2", points=5)
def loads(site: Site) -> None:
    """app.py can be loaded and holds a Flask app."""


@activity.check(step="2", points=5, needs=loads)
def home(site: Site) -> None:
    """/ displays "Practicing Cookies!"."""
    reply = site.get("/")
    if shows(reply, HOME):
        return
    cookie_pages.require_page(site, reply)
    raise Failed(
        f'/ displays "{excerpt(reply.text)}", the handout asks for "{HOME}".',
        expected=HOME,
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
    if shows(reply, ADDED):
        return
    cookie_pages.require_page(site, reply)
    raise Partial(
        f'{ADD} answers, but displays "{excerpt(reply.text)}" instead of "{ADDED}".',
        expected=ADDED,
        observed=excerpt(reply.text),
        hint=f'Let the page that the visit ends on say "{ADDED}".',
        **where(site, reply),
    )


@activity.check(step="3", points=12, needs=loads)
def add_cookie(site: Site) -> None:
    """/addCookie sets the cookie myFirstCookie."""
    reply = site.get(ADD)
    sent = [cookie for cookie in reply.set_cookies if cookie.name == NAME]
    if not sent:
        raise cookie_adding.not_set(site, reply)
    cookie = sent[-1]
    if cookie.expired(cookie_pages.now()):
        raise cookie_adding.born_expired(site, reply, cookie)
    if cookie.decoded != VALUE:
        raise cookie_adding.other_value(site, reply, cookie)


@activity.check(step="4", points=8, needs=add_cookie)
def add_browser(browser: Visitor, site: Site) -> None:
    """After /addCookie the browser keeps the cookie."""
    browser.forget()
    browser.visit(ADD)
    stored = browser.cookie(NAME)
    if stored is None:
        raise cookie_adding.not_kept(site, [cookie.name for cookie in browser.cookies()])
    value = unquote(stored.value)
    if value != VALUE:
        place = cookie_pages.where_set(site, site.get(ADD))
        raise Partial(
            f'The browser keeps {NAME} with the value "{cookie_adding.shown(value)}", the handout asks for "{VALUE}".',
            expected=VALUE,
            observed=value,
            hint=cookie_adding.hint_for_value(site, place, value),
            **place,
        )


@activity.check(step="5", points=10, needs=loads)
def display_found(site: Site) -> None:
    """/displayCookieValue displays the cookie's value."""
    visits = [_visit_after_adding(site), _visit_with(site, _made_up())]
    for reply, value in visits:
        if not _displays_value(reply, value):
            raise cookie_displaying.value_not_shown(site, reply, value, [reply for reply, _ in visits])
    for reply, value in visits:
        if not _displays_value(reply, value, FOUND):
            cookie_pages.require_page(site, reply)
            raise cookie_displaying.other_words_found(site, reply, value)


def _visit_after_adding(site: Site) -> tuple[Reply, str]:
    """Visit the page with the cookie that the app sets, or ours where it sets none."""
    jar = CookieJar()
    _add(site, jar)
    kept = jar.get(NAME)
    if kept is None:
        return _visit_with(site, VALUE)
    return site.get(DISPLAY, jar=jar), kept.decoded


def _add(site: Site, jar: CookieJar) -> list[SetCookie]:
    """Visit /addCookie and return what it sets; where that never answers, the other pages are looked at still."""
    try:
        reply = site.get(ADD, jar=jar)
    except StudentFault:
        return []
    return [cookie for cookie in reply.set_cookies if cookie.name == NAME]


def _visit_with(site: Site, value: str) -> tuple[Reply, str]:
    return site.get(DISPLAY, jar=cookie_pages.jar_with(NAME, value)), value


def _displays_value(reply: Reply, value: str, words: str = "") -> bool:
    """Whether a page displays the cookie's value after the words; an app may percent-encode what it stores."""
    if not squeeze(value) and value.strip():  # signs and emoji alone, which count for nothing elsewhere
        return value.strip() in reply.text and displays(reply.text, words)
    return displays(reply.text, words + value) or displays(reply.text, words + percent_decode(value))


@activity.check(step="5", points=8, needs=loads)
def display_missing(site: Site) -> None:
    """Without the cookie, /displayCookieValue displays "Cookie not found!"."""
    theme = _made_up()
    trials = (
        ("Without the cookie", CookieJar(), VALUE),
        ("With only another cookie (theme)", cookie_pages.jar_with("theme", theme), theme),
    )
    partly: Partial | None = None
    for situation, jar, value in trials:
        try:
            _require_not_found(site, site.get(DISPLAY, jar=jar), situation, value=value)
        except Partial as mistake:  # noqa: PERF203 - two at the most; the other one may do worse
            partly = partly or mistake
    if partly is not None:
        raise partly


def _require_not_found(site: Site, reply: Reply, situation: str, *, value: str) -> None:
    claim = cookie_displaying.claims_a_value(reply.text, value)
    if displays(reply.text, NOT_FOUND) and not claim:
        return
    try:
        cookie_pages.require_page(site, reply)
    except Failed as failure:
        failure.message = f"{situation}: {failure.message}"
        raise
    with_cookie, _ = _visit_with(site, _made_up())
    raise cookie_displaying.other_words_missing(site, reply, situation, claim=claim, with_cookie=with_cookie)


@activity.check(step="5", points=5, needs=loads)
def display_try(site: Site) -> None:
    """/displayCookieValue reads the cookie inside a try block."""
    route = site.route(DISPLAY) or next(site.source.routes_written(DISPLAY), None)
    if route is None:
        cookie_pages.require_page(site, site.get(DISPLAY))
        raise Failed(f"There is no view for {DISPLAY} in the code.", file=site.app_file)
    every = site.source.cookie_reads(route)
    reads = [read for read in every if read.name in {NAME, None}] or every
    if not any(read.guarded for read in reads):
        raise cookie_displaying.not_in_a_try(site, route, reads)


@activity.check(step="6", points=5, needs=add_browser)
def display_cleared(browser: Visitor, site: Site) -> None:
    """After the cookie is deleted in the browser, a reload displays "Cookie not found!"."""
    if (stored := browser.cookie(NAME)) is None:  # it is there from the step before
        browser.visit(ADD)
        stored = browser.cookie(NAME)
    value = unquote(stored.value) if stored else VALUE
    before = _text(browser.visit(DISPLAY))
    browser.delete_cookie(NAME)
    page = browser.reload()
    text = _text(page)
    beside = _with_another_value(site)
    claim = cookie_displaying.claims_a_value(text, value, beside)
    if not displays(text, NOT_FOUND) or claim:
        is_shown = stored is not None and cookie_displaying.shows_value(text, value, beside)
        unchanged = text.split() == before.split() or is_shown
        raise cookie_displaying.still_found(site, page, text, claim=claim, unchanged=unchanged)


def _with_another_value(site: Site) -> str:
    """Return what the page displays with a cookie that the app has not set; that it breaks then is another check's."""
    try:
        return _visit_with(site, _made_up())[0].text
    except StudentFault:
        return ""


def _text(page: Page) -> str:
    return page.text or html_to_text(page.body)


@activity.check(step="7", points=10, needs=loads)
def remove_cookie(site: Site) -> None:
    """/removeCookie makes the cookie expire."""
    jar = CookieJar()
    added = _add(site, jar)
    if jar.get(NAME) is None:
        jar.put(NAME, VALUE)
    before = jar.get(NAME)
    reply = site.get(REMOVE, jar=jar)
    # What a browser never keeps, for want of Secure for example, is removed by the same words that set it.
    refused_alike = any(
        cookie.expired(cookie_pages.now())
        and added
        and cookie.refused
        and added[-1].refused
        and cookie.place == added[-1].place
        for cookie in reply.set_cookies
    )
    if jar.get(NAME) is not None and before is not None and not refused_alike:
        raise cookie_removing.not_removed(site, reply, before)


@activity.check(step="7", points=7, needs=(add_browser, remove_cookie))
def remove_browser(browser: Visitor, site: Site) -> None:
    """After /removeCookie the cookie is gone from the browser."""
    if not browser.put_back(NAME):  # as /addCookie left it, before the step that deletes it
        browser.visit(ADD)
    browser.visit(REMOVE)
    left = browser.cookie(NAME)
    if left is not None:
        raise cookie_removing.still_kept(site, left)


@activity.check(step="submission", points=5)
def document(document: Document) -> None:
    """A Word document with screenshots is handed in."""
    require_document(document)


screenshots(
    activity,
    needs=document,
    points=1,
    items={
        "shot-1": AskedPicture(
            "VS Code with the app.py of the zip", code(HOME, ADD, without=("set_cookie", "delete_cookie")), earlier=True
        ),
        "shot-2": AskedPicture(
            "the browser at http://localhost:88 displaying Practicing Cookies!",
            page("/", HOME, port=PORT),
            now=lambda site: site.get("/").text,
        ),
        "shot-3": AskedPicture("the completed addCookie in app.py", code("set_cookie", view=ADD, also=(COOKIES_NAME,))),
        "shot-4": AskedPicture(
            "the browser at /addCookie displaying Cookie added!",
            page(ADD, ADDED),
            now=lambda site: site.get(ADD).text,
            beside="add-browser-1",
        ),
        "shot-5": AskedPicture(
            "the browser's settings with the new cookie myFirstCookie", cookies(NAME), beside="add-browser-1"
        ),
        "shot-6": AskedPicture(
            "the completed displayCookieValue in app.py", code("try", "cookies", "except", view=DISPLAY)
        ),
        "shot-7": AskedPicture(
            "the browser at /displayCookieValue displaying the cookie's value",
            page(DISPLAY, VALUE),
            now=lambda site: _visit_after_adding(site)[0].text,
            beside="display-cleared-1",
        ),
        "shot-8": AskedPicture(
            "the browser at /displayCookieValue displaying Cookie not found!",
            page(DISPLAY, NOT_FOUND),
            now=lambda site: site.get(DISPLAY).text,
            beside="display-cleared-3",
        ),
        "shot-9": AskedPicture(
            "the completed removeCookie in app.py",
            code(any_of("max_age", "delete_cookie", "expires"), view=REMOVE, also=(COOKIES_NAME,)),
        ),
        "shot-10": AskedPicture(
            "the browser's settings after /removeCookie, with the cookie gone",
            cookies(NAME, gone=True),
            beside="remove-browser-2",
        ),
    },
)


def _made_up() -> str:
    """Return a value that no fixed page can show."""
    return f"Oatmeal {secrets.token_hex(5)}"
