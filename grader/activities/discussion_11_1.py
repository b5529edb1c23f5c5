"""Discussion 11.1: an application that displays a string on ``localhost:3000``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.activities.common import crashed, require_port
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
    paths = site.pages()
    if not paths and site.routes:
        route = site.routes[0]
        raise Failed(
            f"{route.rule} answers only {', '.join(route.methods)}; a browser that visits a page asks with GET.",
            expected="GET",
            observed=", ".join(route.methods),
            hint="Take the methods=[...] out of the route.",
            file=route.file,
            line=route.line,
        )
    if not paths:
        raise Failed(
            "The app has no route that a browser can visit.",
            expected="a route such as /hello",
            hint="Put @app.route('/hello') above a function that returns the text.",
            file=site.app_file,
        )
    replies = [site.get(path) for path in paths]
    if any(reply.ok and reply.elsewhere is None and reply.text.strip() for reply in replies):
        return
    for reply in replies:
        if reply.crash is not None:
            raise crashed(site, reply)
    seen = ", ".join(f"{reply.path} is {'empty' if reply.ok else f'error {reply.status}'}" for reply in replies)
    raise Failed(
        f"No page of the app displays any text: {seen}.",
        observed=seen,
        hint="Return the text from the function below the route, for example return 'Hello World!'.",
        file=site.app_file,
    )


@activity.check(step="1", points=30, needs=loads)
def port(site: Site) -> None:
    """The app runs on port 3000."""
    require_port(site, PORT)
