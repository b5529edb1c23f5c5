"""What the course's activities have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.rubric import Failed, displays, excerpt

if TYPE_CHECKING:
    from grader.site import Reply, Route, Site

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
    unknown = next(site.source.routes_written(reply.path), None)
    if unknown is not None:
        return _unknown_to_the_app(site, unknown)
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


def _unknown_to_the_app(site: Site, written: Route) -> Failed:
    """Say why a view that stands in the code is no page of the app that runs."""
    run = site.serving.run
    place = f"{written.file} line {written.line}"
    if run is not None and run.line is not None and written.file == run.file and (written.line or 0) > run.line:
        return Failed(
            f"{written.rule} is not there: its route, {place}, stands below the line that runs the app "
            f"(line {run.line}), and that line is never left.",
            expected=written.rule,
            observed=f"app.run at line {run.line}, the route at line {written.line}",
            hint="Move app.run(...) to the very end of the file.",
            file=written.file,
            line=written.line,
        )
    return Failed(
        f"{written.rule} is not there: {place} has a view for it, but the app that is run does not know that view.",
        expected=written.rule,
        observed=f"a view in {place} that belongs to another app, or to none",
        hint=f"Is {written.file} imported before the app is run, and are its routes put on the same app? "
        f"A file that imports {site.app_file} gets a second copy of it; put the app into a file of its own.",
        file=written.file,
        line=written.line,
    )


def _client_error_hint(reply: Reply) -> str:
    if reply.status == _CLIENT_ERROR:
        return (
            "Reading request.cookies['...'] of a cookie that is not there ends in this error: "
            "put it inside a try, with an except that returns the other page."
        )
    return "Look at what the view returns, and at abort(...) in it."
