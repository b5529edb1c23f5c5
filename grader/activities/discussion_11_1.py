"""Discussion 11.1: an application that displays a string on ``localhost:3000``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.activities.common import not_for_get, require_answer, require_port
from grader.activities.missing_pages import REGISTER_BLUEPRINT, blueprint_is_forgotten, without_path
from grader.rubric import Activity, Failed

if TYPE_CHECKING:
    from grader.site import Site

PORT = 3000

activity = Activity(
    "discussion-11.1",
    title="The role of Flask in client-server architecture",
    signs=[r"\b3000\b", r"hello,? *world", r"route\(\s*['\"]/hello"],
)


@activity.check(step="1", points=20)
def loads(site: Site) -> None:
    """app.py can be loaded and holds a Flask app."""


@activity.check(step="1", points=50, needs=loads)
def string(site: Site) -> None:
    """A page displays a string in the browser."""
    replies = site.visit_all()
    if any(reply.ok and reply.text.strip() for reply in replies):
        return
    # What answers nothing at all is not among them; visited by itself, it says why.
    pages = replies or [site.get(path) for path in site.pages()]
    for reply in sorted(pages, key=lambda reply: reply.crash is None):
        require_answer(site, reply)
    raise _no_page(site)


def _no_page(site: Site) -> Failed:
    """Say that there is nothing which a browser can visit."""
    if site.routes:
        route = site.routes[0]
        return not_for_get(route.rule, route, route.place)
    no_path = site.source.with_bare_route()
    if no_path is not None:
        return without_path(no_path, "/")
    return Failed(
        "The app has no route that a browser can visit.",
        expected="a route such as /hello",
        hint=REGISTER_BLUEPRINT
        if blueprint_is_forgotten(site)
        else "Put @app.route('/hello') above a function that returns the text.",
        file=site.app_file,
    )


@activity.check(step="1", points=30, needs=loads)
def port(site: Site) -> None:
    """The app runs on port 3000."""
    require_port(site, PORT)
