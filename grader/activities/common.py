"""What the course's activities have in common."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from grader.activities.crashes import before_each_request
from grader.activities.missing_pages import no_route
from grader.activities.page_sources import Meant, code_of, line_as, line_of, lines_of_view, where
from grader.activities.template_errors import crash_on_the_way
from grader.model.faults import StudentFault
from grader.rubric import Failed, Review, displays, excerpt
from grader.sandbox.messages import Frame
from grader.site.html_page import swallowed_by

if TYPE_CHECKING:
    from grader.model.places import CodePlace, Route
    from grader.sandbox.messages import Ended
    from grader.site import Reply, Site

_FLASKS_OWN_PORT = 5000
_SENT_ALONG = re.compile(r"\brequest\.(?:(?:form|args|values|files)(?=\[)|json\b|get_json\b)")


def require_port(site: Site, port: int) -> None:
    """Ask that the app be run on this port.

    Raises `Failed`: another port, or it is never run; `Review`: the app says so, but its code says something else.
    """
    run = site.serving.run
    if run is None:
        app = site.source.how_to_call_the_app(site.app_file)
        raise _never_run(site, f"{app}.run(host='0.0.0.0', port={port})")
    if run.port != port:
        hint = f"Write port={port} there." if run.text else f"Write app.run(host='0.0.0.0', port={port})."
        if ".run(" in run.text and "port" not in run.text.lower() and run.port == _FLASKS_OWN_PORT:
            hint = f"Where app.run is not told a port, Flask takes {run.port}: write port={port} in its parentheses."
        raise Failed(
            f"{site.app_file} runs its app on port {run.port}, the handout asks for port {port}.",
            expected=str(port),
            observed=str(run.port),
            hint=hint,
            **run.place,
        )
    if not site.source.may_run_on(port, run.file, run.line):
        place = f"line {run.line} of {run.file}" if run.line else "the code"
        raise Review(
            f"The app says that it runs on port {port}, but {place} does not. Somebody has to look.",
            expected=str(port),
            observed=run.text or None,
            hint=f"Write app.run(host='0.0.0.0', port={port}), with the number itself.",
            **run.place,
        )


def _never_run(site: Site, call: str) -> Failed:
    """Say why the app is never run: a guard that is never true, a function that nobody calls, no call at all."""
    if site.serving.ended is not None:
        return _thread_ended(site, site.serving.ended)
    message = f"{site.app_file} never runs its app: `python {site.app_file}` ends at once, and no page is served."
    written = site.source.run_in_code(site.app_file)
    hint = f"Put {call} at the end of the file."
    code = code_of(site, site.app_file)
    off = next((number for number, line in enumerate(code, 1) if re.match(r"#\s*\w+\.run\(", line)), None)
    if written is None and off is not None:
        message += f" Line {off} would run it, but it begins with #, so it is a comment."
        place: CodePlace = {"file": site.app_file, "line": off}
        return Failed(message, expected=call, hint=line_as(site, place, r"^#\s*", "") or hint, **place)
    if written is not None and not written.is_call:
        message += f" Line {written.line} names run, but does not call it: the parentheses are missing."
        hint = f"Write {call} there."
    elif written is not None and written.condition is not None:
        message += f" Line {written.line} would run it, but `if {written.condition}:` is not true."
        hint = "Write that line as: if __name__ == '__main__':"
    elif written is not None and any(route.function == written.function for route in site.routes):
        message += f" Line {written.line} is indented, so it belongs to the function {written.function}."
        hint = f"Move line {written.line} to the left edge, below all functions."
        if code[written.line - 2].lstrip().startswith("if "):
            hint = f"Move lines {written.line - 1} and {written.line} to the left, until the `if` stands at the edge."
    elif written is not None and written.function is not None:
        message += f" Line {written.line} would run it, but nothing calls the function {written.function}."
        hint = f"Call {written.function}() at the end of the file."
    return Failed(message, expected=call, hint=hint, file=site.app_file, line=written.line if written else None)


def _thread_ended(site: Site, ended: Ended) -> Failed:
    """Say why the thread that was to run the app is no more."""
    if ended.crash is not None:
        at = ended.crash.last or Frame(site.app_file)
        hint = f"Mend that line, or call app.run itself at the end of {site.app_file}."
        if "signal only works" in ended.crash.message:
            hint = "debug=True works in the main thread only: leave it out, or call app.run without a thread."
        where_it_is = f" (line {at.line} of {at.file})" if at.line else ""
        problem = f"What is to run the app{where_it_is} stops with {ended.crash}, and no page is served."
        return Failed(problem, observed=at.text or None, hint=hint, **at.place)
    run, what = ended.run, "thread" if ended.run else "process"
    message = f"`python {site.app_file}` ends at once, and the {what} that runs the app ends with it"
    hint = f"Call app.run itself at the end of {site.app_file}, without a {what}."
    low, daemon = next(site.source.calls("start_new_thread"), None), site.source.daemon_written()
    file, line = (run.file, run.line) if run and run.file else low or (site.app_file, None)
    if low is not None:
        message += ": what _thread starts does not keep the program alive"
    elif daemon is not None:
        message += ": it is a daemon"
        hint = f"Leave out {daemon}, or have the program wait for the {what} at its end with join()."
    return Failed(f"{message}.", observed=run.text if run and run.text else None, hint=hint, file=file, line=line)


def require_answer(site: Site, reply: Reply, meant: Meant | None = None) -> None:
    """Ask that a page be there at all, whatever it says.

    Parameters
    ----------
    meant
        What the activity's pages are for, by which a page of another name is recognised.

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
        raise crash_on_the_way(site, reply, meant)
    if reply.status == HTTPStatus.NOT_FOUND and reply.route is None:
        raise no_route(site, reply, meant)
    if reply.status == HTTPStatus.METHOD_NOT_ALLOWED:
        raise not_for_get(reply.path, reply.route, where(site, reply))
    if reply.status >= HTTPStatus.BAD_REQUEST:
        raise Failed(
            f'{reply.path} answers with the error {reply.status}: "{excerpt(reply.text)}".',
            observed=f"error {reply.status}",
            hint=_client_error_hint(site, reply),
            **where(site, reply),
        )
    if (early := before_each_request(site, reply)) is not None:
        raise early
    if not reply.text.strip():
        raise _nothing_to_see(site, reply)


def not_for_get(path: str, route: Route | None, place: CodePlace) -> Failed:
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
        return not_for_get(route.rule, route, route.place)
    return None


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


def shows(reply: Reply, words: str) -> bool:
    """Whether a page displays the words; a page with an error status may, too."""
    return displays(reply.text, words)


def _client_error_hint(site: Site, reply: Reply) -> str:
    lines = (line_of(site, place) for place in lines_of_view(site, reply))
    if (sent := next(filter(None, map(_SENT_ALONG.search, lines)), None)) is not None:
        return f"Whoever visits a page sends nothing along: do without {sent[0]}."
    if reply.status == HTTPStatus.BAD_REQUEST:
        return (
            "Reading request.cookies['...'] of a cookie that is not there ends in this error: read it inside a try, "
            "with an `except KeyError:` that returns the other page."
        )
    for place in lines_of_view(site, reply):
        if re.search(rf"\babort\(\s*{reply.status}\b", line_of(site, place)):
            return (
                f"`{line_of(site, place)}` in line {place['line']} ends in this page: return the one that is asked for."
            )
    return "Look at what the view returns, and with which status."
