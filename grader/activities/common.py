"""What the course's activities have in common."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from grader.model.faults import StudentFault
from grader.rubric import Failed, Review, displays, excerpt
from grader.site.page import swallowed_by

if TYPE_CHECKING:
    from grader.model.route import Route
    from grader.sandbox.messages import Ended
    from grader.site import Reply, Site
    from grader.site.site import Place

REGISTER_BLUEPRINT = "A blueprint is put on the app with app.register_blueprint(...); that line is missing."
_FLASKS_OWN_PORT = 5000
_GIVES_NOTHING = ("set_cookie", "delete_cookie")


def require_port(site: Site, port: int) -> None:
    """Ask that the app be run on this port.

    Raises
    ------
    Failed
        Another port, or it is never run.
    Review
        The app says so, but its code says something else.

    """
    run = site.serving.run
    if run is None:
        raise _never_run(site, f"app.run(host='0.0.0.0', port={port})")
    if run.port != port:
        hint = f"Write port={port} there." if run.text else f"Write app.run(host='0.0.0.0', port={port})."
        if ".run(" in run.text and "port" not in run.text.lower() and run.port == _FLASKS_OWN_PORT:
            hint = f"Where app.run is not told a port, Flask takes {run.port}: write port={port} in its parentheses."
        raise Failed(
            f"{site.app_file} runs its app on port {run.port}, the handout asks for port {port}.",
            expected=str(port),
            observed=str(run.port),
            hint=hint,
            file=run.file,
            line=run.line,
        )
    if not site.source.may_run_on(port, run.file, run.line):
        place = f"line {run.line} of {run.file}" if run.line else "the code"
        raise Review(
            f"The app says that it runs on port {port}, but {place} does not. Somebody has to look.",
            expected=str(port),
            observed=run.text or None,
            hint=f"Write app.run(host='0.0.0.0', port={port}), with the number itself.",
            file=run.file,
            line=run.line,
        )


def _never_run(site: Site, call: str) -> Failed:
    """Say why the app is never run: a guard that is never true, a function that nobody calls, no call at all."""
    if site.serving.ended is not None:
        return _thread_ended(site, site.serving.ended)
    message = f"{site.app_file} never runs its app: `python {site.app_file}` ends at once, and no page is served."
    written = site.source.run_in_code(site.app_file)
    hint = f"Put {call} at the end of the file."
    if written is not None and not written.is_call:
        message += f" Line {written.line} names run, but does not call it: the parentheses are missing."
        hint = f"Write {call} there."
    elif written is not None and written.condition is not None:
        message += f" Line {written.line} would run it, but `if {written.condition}:` is not true."
        hint = "Write that line as: if __name__ == '__main__':"
    elif written is not None and any(route.function == written.function for route in site.routes):
        message += f" Line {written.line} is indented, so it belongs to the function {written.function}."
        hint = f"Move line {written.line} to the left edge, below all functions."
    elif written is not None and written.function is not None:
        message += f" Line {written.line} would run it, but nothing calls the function {written.function}."
        hint = f"Call {written.function}() at the end of the file."
    return Failed(message, expected=call, hint=hint, file=site.app_file, line=written.line if written else None)


def _thread_ended(site: Site, ended: Ended) -> Failed:
    """Say why the thread that was to run the app is no more."""
    if ended.crash is not None:
        at = ended.crash.last
        hint = f"Call app.run itself, at the end of {site.app_file}, and not in a thread."
        if "signal only works" in ended.crash.message:
            hint = "debug=True works in the main thread only: leave it out, or call app.run without a thread."
        place = f" (line {at.line} of {at.file})" if at else ""
        return Failed(
            f"The thread that is to run the app{place} stops with {ended.crash}, and no page is served.",
            observed=at.text if at else None,
            hint=hint,
            file=at.file if at else site.app_file,
            line=at.line if at else None,
        )
    run = ended.run
    return Failed(
        f"`python {site.app_file}` ends at once, and the thread that runs the app ends with it: it is a daemon.",
        observed=run.text if run and run.text else None,
        hint="Leave out daemon=True, or have the program wait for the thread at its end with join().",
        file=run.file if run and run.file else site.app_file,
        line=run.line if run else None,
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
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise crashed(site, reply)
    if reply.status == HTTPStatus.NOT_FOUND and reply.route is None:
        raise _no_route(site, reply)
    if reply.status == HTTPStatus.METHOD_NOT_ALLOWED:
        raise not_for_get(reply.path, reply.route, where(site, reply))
    if reply.status >= HTTPStatus.BAD_REQUEST:
        raise Failed(
            f'{reply.path} answers with the error {reply.status}: "{excerpt(reply.text)}".',
            observed=f"error {reply.status}",
            hint=_client_error_hint(reply),
            **where(site, reply),
        )
    if not reply.text.strip():
        raise _nothing_to_see(site, reply)


def not_for_get(path: str, route: Route | None, place: Place) -> Failed:
    """Say that a page answers other requests than a browser's visit."""
    methods = ", ".join(method for method in (route.methods if route else ()) if method != "OPTIONS")
    return Failed(
        f"{path} does not answer a browser's visit (GET), only {methods or 'other methods'}.",
        expected="GET",
        observed=methods or None,
        hint="Take the methods=[...] out of the route, or add 'GET' to it.",
        **place,
    )


def no_answer(site: Site) -> StudentFault | None:
    """Say why a page does not answer a visit: it takes too long, or there is none that answers one; None if all do."""
    for path in site.pages():
        try:
            site.get(path)
        except StudentFault as fault:  # noqa: PERF203
            return fault
    if site.routes and not site.pages():
        route = site.routes[0]
        return not_for_get(route.rule, route, {"file": route.file, "line": route.line})
    return None


def crashed(site: Site, reply: Reply) -> Failed:
    """Say which of the student's lines is behind a server error."""
    from grader.sandbox.explain import view_failure

    if reply.crash is None:
        return Failed(
            f"{reply.path} answers with the error {reply.status}.",
            observed=f"error {reply.status}",
            hint=f"Visit {reply.path} with your app running and read what the terminal says.",
            **where(site, reply),
        )
    if reply.crash.type == "UnicodeDecodeError":
        for unreadable in site.templates.unreadable():
            return _not_in_utf_8(*unreadable)
    sentence, hint = view_failure(reply.crash)
    line = site.source.returns_what(reply.route, _GIVES_NOTHING) if reply.route else None
    if line is not None and "did not return a valid response" in reply.crash.message:
        hint = f"What line {line} calls gives nothing back: set the cookie in a line of its own, then return resp."
    last = reply.crash.last
    place: Place = {"file": last.file, "line": last.line} if last else where(site, reply)
    return Failed(
        f"{reply.path} crashes (error {reply.status}). {sentence}.",
        observed=excerpt(str(reply.crash).partition("\n")[0], 200),
        hint=hint,
        **place,
    )


def _not_in_utf_8(file: str, line: int, before: str) -> Failed:
    words = before.rpartition(">")[2] or before
    after = f'after "{excerpt(words[-40:])}"' if words else "at its beginning"
    return Failed(
        f"{file} is not saved in UTF-8, so Flask cannot read it: line {line}, {after}.",
        expected="a file in UTF-8",
        observed=f"other bytes in line {line}",
        hint="Save it as UTF-8: in VS Code click on the encoding at the bottom right, then on Save with Encoding.",
        file=file,
        line=line,
    )


def _nothing_to_see(site: Site, reply: Reply) -> Failed:
    source = reply.source.strip()
    hint = "Return the text that the page is to show."
    if reply.raw.header("content-disposition"):
        hint = "The browser saves this page as a file instead of showing it: return the text itself."
    elif (swallowing := swallowed_by(source, len(source))) is not None:
        hint = (
            f"{swallowing[0]} is never closed, so the browser takes all that follows for a part of it: write its end."
        )
    elif "<script" in source.lower():
        hint = "Only a script would write something there. Put the words into the HTML itself."
    elif source:
        hint = "The browser shows nothing of this. Put the words into the body, outside of <…> and comments."
    return Failed(
        f"{reply.path} answers with an empty page.",
        observed=excerpt(source) or "an empty page",
        hint=hint,
        **where(site, reply),
    )


def where(site: Site, reply: Reply) -> Place:
    """Return file and line of the view behind a page."""
    if reply.route is None or reply.route.file is None:
        return {"file": site.app_file, "line": None}
    return {"file": reply.route.file, "line": reply.route.line}


def shows(reply: Reply, words: str) -> bool:
    """Whether a page displays the words; a page with an error status may, too."""
    return displays(reply.text, words)


def _no_route(site: Site, reply: Reply) -> Failed:
    path = reply.path
    similar = site.similar_route(path)
    if similar is not None and similar.rule != path and similar.rule.endswith(path):
        return _other_rule(path, similar, f"Take {similar.rule.removesuffix(path)} out of the route or the url_prefix.")
    unknown = next(site.source.routes_written(path), None)
    if unknown is not None:
        return _unknown_to_the_app(site, unknown)
    forgotten = _without_route(site, path)
    if forgotten is not None:
        return forgotten
    if similar is not None and similar.rule.strip() == path:
        return _other_rule(path, similar, f"There is a space in '{similar.rule}': take it out.")
    if similar is not None:
        return _other_rule(path, similar, f"Write the route as '{path}', with the same upper and lower case letters.")
    return Failed(
        f"There is no page {path}; your app has these routes: {_rules(site)}.",
        expected=path,
        observed=_rules(site),
        hint=f"Add a view with @app.route('{path}').",
        file=site.app_file,
    )


def _without_route(site: Site, path: str) -> Failed | None:
    """Say which function seems to be meant, and lacks a route or its route's parentheses."""
    no_path = site.source.with_bare_route()
    if no_path is not None:
        return without_path(no_path, path)
    bare = site.source.without_route(path) if path != "/" else None
    if bare is None:
        return None
    return Failed(
        f"There is no page {path}: the function {bare.function} ({bare.file} line {bare.line}) has no route.",
        expected=path,
        observed=_rules(site),
        hint=f"Write @app.route('{path}') in the line above it.",
        file=bare.file,
        line=bare.line,
    )


def blueprint_is_forgotten(site: Site) -> bool:
    """Whether a blueprint is made and never put on the app."""
    return any(site.source.calls("Blueprint")) and not any(site.source.calls("register_blueprint"))


def without_path(route: Route, path: str) -> Failed:
    """Say that a decorator lacks its parentheses."""
    return Failed(
        f"There is no page {path}: {route.file} line {route.line} does not say which page {route.function} is for.",
        expected=f"@app.route('{path}')",
        observed="@app.route",
        hint=f"The parentheses are missing: @app.route('{path}').",
        file=route.file,
        line=route.line,
    )


def _other_rule(path: str, route: Route, hint: str) -> Failed:
    return Failed(
        f"There is no page {path}; your app has {route.rule} instead.",
        expected=path,
        observed=route.rule,
        hint=hint,
        file=route.file,
        line=route.line,
    )


def _rules(site: Site) -> str:
    return ", ".join(dict.fromkeys(route.rule for route in site.routes)) or "none"


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
    hint = (
        f"Is {written.file} imported before the app is run, and are its routes put on the same app? "
        f"A file that imports {site.app_file} gets a second copy of it; put the app into a file of its own."
    )
    if blueprint_is_forgotten(site):
        hint = REGISTER_BLUEPRINT
    elif written.file == site.app_file:
        hint = "Is `app = Flask(__name__)` written twice? Then only the routes below the last one are on the app."
    return Failed(
        f"{written.rule} is not there: {place} has a view for it, but the app that is run does not know that view.",
        expected=written.rule,
        observed=f"a view in {place} that belongs to another app, or to none",
        hint=hint,
        file=written.file,
        line=written.line,
    )


def _client_error_hint(reply: Reply) -> str:
    if reply.status == HTTPStatus.BAD_REQUEST:
        return (
            "Reading request.cookies['...'] of a cookie that is not there ends in this error: read it inside a try, "
            "with an `except KeyError:` that returns the other page."
        )
    return "Look at what the view returns, and at abort(...) in it."
