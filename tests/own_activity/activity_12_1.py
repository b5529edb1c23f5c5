"""Activity 12.1: counting visits.  A worked example of an activity of your own: this one file is all there is to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.rubric import Activity, Failed, Partial, displays, excerpt
from grader.site import CookieJar

if TYPE_CHECKING:
    from grader.browser import Visitor
    from grader.site import Site

WELCOME = "Welcome to my page!"
COOKIE = "visits"

activity = Activity(
    "activity-12.1",
    title="Counting visits",
    signs=[r"/counter", r"visits", r"Welcome to my page"],
    wordings=[WELCOME],
)


@activity.check(step="1", points=10)
def loads(site: Site) -> None:
    """app.py can be loaded and holds a Flask app."""


@activity.check(step="1", points=20, needs=loads)
def welcome(site: Site) -> None:
    """/ displays "Welcome to my page!"."""
    reply = site.get("/")
    if displays(reply.text, WELCOME):
        return
    outcome = Partial if reply.ok and reply.text else Failed
    raise outcome(
        f'/ displays "{excerpt(reply.text)}", the handout asks for "{WELCOME}".',
        expected=WELCOME,
        observed=excerpt(reply.text),
        hint="Return the handout's words from the view of '/'.",
        file=site.app_file,
    )


@activity.check(step="2", points=40, needs=loads)
def counter(site: Site) -> None:
    """/counter counts the visits of each visitor by a cookie."""
    jar = CookieJar()
    for visit in (1, 2):
        reply = site.get("/counter", jar=jar)
        if not _counts(reply.text, visit):
            raise Failed(
                f'At visit {visit}, /counter displays "{excerpt(reply.text)}".',
                expected=f"visit {visit}",
                observed=excerpt(reply.text),
                hint="Read the cookie, add 1, display the number and set the cookie to it.",
                file=site.app_file,
            )
    if not _counts(site.get("/counter").text, 1):
        raise Failed(
            "/counter counts all visitors together: a new one does not begin at 1.",
            hint="Keep the number in a cookie, not in a variable of the program.",
            file=site.app_file,
        )


def _counts(text: str, visit: int) -> bool:
    """Whether a page says this number: visit 1 is not visit 11, nor visit -1."""
    return re.search(rf"\bvisit\s+{visit}\b", text, re.IGNORECASE) is not None


@activity.check(step="3", points=30, needs=counter)
def counter_browser(browser: Visitor) -> None:
    """The browser keeps the cookie visits."""
    browser.forget()
    browser.visit("/counter")
    if browser.cookie(COOKIE) is None:
        raise Failed(
            f"After /counter the browser keeps no cookie {COOKIE}.",
            expected=COOKIE,
            observed=", ".join(cookie.name for cookie in browser.cookies()) or "no cookie",
            hint=f"Call the cookie {COOKIE}.",
        )
