"""What the course's activities have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.rubric import Failed, displays, excerpt

if TYPE_CHECKING:
    from grader.site import Reply, Site

_CLIENT_ERROR = 400
_NOT_FOUND = 404
_METHOD_NOT_ALLOWED = 405
_SERVER_ERROR = 500


def require_port(site: Site, port: int) -> None:
    """Ask that the app be run on this port.

    Raises
    ------
    Failed
        Another port, or it is never run.

    """
    run = site.serving.run
    call = f"app.run(host='0.0.0.0', port={port})"
    if run is None:
        raise Failed(
            f"{site.app_file} never runs its app, so `python {site.app_file}` ends at once.",
            expected=call,
            hint=f"Put `{call}` at the end of the file.",
            file=site.app_file,
        )
    if run.port != port:
        raise Failed(
            f"{site.app_file} runs its app on port {run.port}, the handout asks for port {port}.",
            expected=str(port),
            observed=str(run.port),
            hint=f"Write port={port} there." if run.text else f"Write `{call}`.",
            file=run.file,
            line=run.line,
        )


def require_answer(site: Site, reply: Reply) -> None:
    """Ask that a page be there at all, whatever it says.

    Raises
    ------
    Failed
        An error status, a redirect that leaves the app, or nothing to see; says which, and the line behind it.

    """
    if reply.elsewhere is not None:
        raise Failed(
            f"{reply.path} sends the browser away to {excerpt(reply.elsewhere)}.",
            observed=f"a redirect to {excerpt(reply.elsewhere)}",
            hint="Return the page itself, or redirect to a route of your own app.",
            **where(site, reply),
        )
    if reply.status >= _SERVER_ERROR:
        raise crashed(site, reply)
    if reply.status == _NOT_FOUND and reply.route is None:
        raise _no_route(site, reply)
    if reply.status == _METHOD_NOT_ALLOWED:
        methods = ", ".join(method for method in (reply.route.methods if reply.route else ()) if method != "OPTIONS")
        raise Failed(
            f"{reply.path} does not answer a browser's visit (GET), only {methods or 'other methods'}.",
            expected="GET",
            observed=methods or None,
            hint="Take the methods=[...] out of the route, or add 'GET' to it.",
            **where(site, reply),
        )
    if reply.status >= _CLIENT_ERROR:
        raise Failed(
            f'{reply.path} answers with the error {reply.status}: "{excerpt(reply.text)}".',
            observed=f"error {reply.status}",
            hint=_client_error_hint(reply),
            **where(site, reply),
        )
    if not reply.text.strip():
        raise Failed(
            f"{reply.path} answers with an empty page.",
            hint="Return the text that the page is to show.",
            **where(site, reply),
        )


def crashed(site: Site, reply: Reply) -> Failed:
    """Say which of the student's lines is behind a server error."""
    from grader.site.explain import view_failure

    if reply.crash is None:
        return Failed(
            f"{reply.path} answers with the error {reply.status}.",
            observed=f"error {reply.status}",
            hint=f"Visit {reply.path} with your app running and read what the terminal says.",
            **where(site, reply),
        )
    sentence, hint = view_failure(reply.crash)
    last = reply.crash.last
    place = {"file": last.file, "line": last.line} if last else where(site, reply)
    return Failed(
        f"{reply.path} crashes (error {reply.status}). {sentence}.",
        observed=str(reply.crash),
        hint=hint,
        **place,
    )


def where(site: Site, reply: Reply) -> dict[str, str | int | None]:
    """Return file and line of the view behind a page."""
    if reply.route is None or reply.route.file is None:
        return {"file": site.app_file, "line": None}
    return {"file": reply.route.file, "line": reply.route.line}


def shows(reply: Reply, words: str) -> bool:
    """Whether a page displays the words; a page with an error status may, too."""
    return displays(reply.text, words)


def _no_route(site: Site, reply: Reply) -> Failed:
    similar = site.similar_route(reply.path)
    routes = ", ".join(dict.fromkeys(route.rule for route in site.routes)) or "none"
    late = _route_below_run(site, reply.path)
    if late is not None:
        return Failed(
            f"{reply.path} is not there: its route stands below the line that runs the app, which is never left.",
            expected=reply.path,
            observed=f"routes at that moment: {routes}",
            hint="Move app.run(...) to the very end of the file.",
            file=late[0],
            line=late[1],
        )
    if similar is not None:
        return Failed(
            f"There is no page {reply.path}; your app has {similar.rule} instead.",
            expected=reply.path,
            observed=similar.rule,
            hint=f"Write the route as '{reply.path}', with the same upper and lower case letters.",
            file=similar.file,
            line=similar.line,
        )
    return Failed(
        f"There is no page {reply.path}; your app has these routes: {routes}.",
        expected=reply.path,
        observed=routes,
        hint=f"Add a view with @app.route('{reply.path}').",
        file=site.app_file,
    )


def _route_below_run(site: Site, path: str) -> tuple[str, int] | None:
    run = site.serving.run
    if run is None or run.line is None:
        return None
    for file, line in site.source.mentions(path):
        if file == run.file and line > run.line:
            return file, line
    return None


def _client_error_hint(reply: Reply) -> str:
    if reply.status == _CLIENT_ERROR:
        return (
            "Reading request.cookies['...'] of a cookie that is not there ends in this error: "
            "put it inside a try, with an except that returns the other page."
        )
    return "Look at what the view returns, and at abort(...) in it."
