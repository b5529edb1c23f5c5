"""Views that crash: the line behind a server error, and what was meant there."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from grader.activities.page_sources import Meant, line_as, line_of, lines_of_view, where
from grader.activities.template_places import not_found
from grader.rubric import Failed, excerpt
from grader.source import slips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.places import CodePlace
    from grader.site import Reply, Site
    from grader.source.cookie_reads import Function, Read

NO_ENDPOINT = re.compile(r"Could not build url for endpoint '(?P<name>[^']*)'")
_GIVES_NOTHING = ("set_cookie", "delete_cookie")


def crashed(site: Site, reply: Reply, meant: Meant | None = None) -> Failed:
    """Say which of the student's lines is behind a server error."""
    if (silent := _after_each_request(site, reply)) is not None:
        return silent
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
    if reply.crash.type == "TemplateNotFound":
        return not_found(site, reply)
    if (asking := _is_given_arguments(site, reply) or _wants_arguments(site, reply)) is not None:
        return asking
    from grader.sandbox.words.views import view_failure  # few apps crash

    sentence, hint = view_failure(reply.crash, site.submission.files)
    line = site.source.returns_what(reply.route, _GIVES_NOTHING)
    if line is not None and "did not return a valid response" in reply.crash.message:
        hint = f"The call in line {line} gives nothing back. Set the cookie in a line of its own, then return resp."
    if "did not return a valid response" in reply.crash.message:
        hint = slips.text_not_returned(site.source.view(reply.route)) or hint
    if NO_ENDPOINT.search(reply.crash.message):
        hint = f"url_for wants the name of a view function: {views_to_link_to(site)}. Or take the link out."
    hint = _about_none(site, reply, meant) or _goes_on(site, reply) or hint
    return Failed(
        f"{reply.path} crashes (error {reply.status}). {sentence}.",
        observed=excerpt(str(reply.crash).partition("\n")[0], 200),
        hint=hint,
        **(reply.crash.last.place if reply.crash.last else where(site, reply)),
    )


def views_to_link_to(site: Site) -> str:
    """Return the names of the views which url_for knows."""
    return ", ".join(dict.fromkeys(route.function for route in site.routes if route.function)) or "none"


def _is_given_arguments(site: Site, reply: Reply) -> Failed | None:
    """Say that a route hands its view something that the view does not ask for."""
    given = re.search(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", str(reply.crash))
    if given is None or reply.route is None or given[2] not in reply.route.arguments:
        return None
    name, place = given[2], reply.route.place
    return Failed(
        f"{reply.path} crashes (error {reply.status}). Its route has <{name}> for any text, and its view {given[1]} "
        "does not ask for it.",
        observed=str(reply.crash),
        hint=line_as(site, place, rf"<{name}>", name) or f"Take the < > around {name} away.",
        **place,
    )


def _wants_arguments(site: Site, reply: Reply) -> Failed | None:
    """Say that a view asks for something that its route does not give it."""
    missing = re.search(r"(\w+)\(\) missing \d+ required positional arguments?: '(\w+)'", str(reply.crash))
    view = site.source.view(reply.route)
    if missing is None or view is None or getattr(view, "name", "") != missing[1] or reply.route is None:
        return None
    place: CodePlace = {"file": reply.route.file, "line": view.lineno}
    return Failed(
        f"{reply.path} crashes (error {reply.status}). Its view {missing[1]} asks for {missing[2]}, and nothing "
        "gives it that.",
        observed=str(reply.crash),
        hint=line_as(site, place, r"\(.*\)", "()") or "Take it out of the parentheses.",
        **place,
    )


def _after_each_request(site: Site, reply: Reply) -> Failed | None:
    """Say that a function which is called after each request does not hand the response on, if one does not."""
    if reply.crash is not None and (reply.crash.last is not None or "NoneType" not in reply.crash.message):
        return None
    for file, function in site.source.decorated("after_request"):
        if slips.returns_nothing(function):
            given = function.args.args[0].arg if function.args.args else "response"
            name = getattr(function, "name", "the function")
            return Failed(
                f"{reply.path} is an error ({reply.status}): {name} is called after each request and returns nothing.",
                expected=f"return {given}",
                observed="None in the place of the response",
                hint=f"Write `return {given}` at the end of {name}.",
                file=file,
                line=getattr(function, "lineno", None),
            )
    return None


def before_each_request(site: Site, reply: Reply) -> Failed | None:
    """Say that what a function returns, which is called before each request, is shown in place of every page."""
    for file, function in site.source.decorated("before_request"):
        line = slips.always_returns_a_page(function)
        if line is not None:
            name = getattr(function, "name", "the function")
            return Failed(
                f"{reply.path} is not reached: {name} is called before each request, and what it returns is shown "
                "in place of every page.",
                observed=excerpt(reply.text),
                hint=f"Take out {name}, with the line above it: nothing has to be done before each request.",
                file=file,
                line=line,
            )
    return None


def done_before(site: Site, reply: Reply, pattern: str) -> Failed | None:
    """Say that a function which is called before each request makes an answer, by what its view does not hold."""
    if any(re.search(pattern, line_of(site, place)) for place in lines_of_view(site, reply)):
        return None
    for file, function in site.source.decorated("before_request"):
        if re.search(pattern, ast.unparse(function)):
            name = getattr(function, "name", "the function")
            answer = f"a redirect to {excerpt(reply.elsewhere)}" if reply.elsewhere else f"the error {reply.status}"
            return Failed(
                f"{reply.path} is answered by {name}, with {answer}: {name} is called before each request.",
                observed=excerpt(reply.text) or answer,
                hint=f"Take out {name}, with the line above it: nothing has to be done before each request.",
                file=file,
                line=function.lineno,
            )
    return None


def _goes_on(site: Site, reply: Reply) -> str | None:
    """Return what to do about an except after which the view goes on without the value that it was to have."""
    crash, view = reply.crash, site.source.view(reply.route)
    if crash is None or view is None or not (crash.type == "UnboundLocalError" or "NoneType" in crash.message):
        return None
    line = slips.except_that_goes_on(view)
    return f"The except goes on after line {line}. Return the other page there." if line else None


def _about_none(site: Site, reply: Reply, meant: Meant | None) -> str | None:
    """Return what to do about a None that was meant to be a cookie's value; None where it is about something else."""
    crash, view = reply.crash, site.source.view(reply.route)
    if crash is None or view is None or not ("NoneType" in crash.message or "returned None" in crash.message):
        return None
    reads = site.source.cookie_reads(reply.route)
    cookie = meant.cookie if meant else "…"
    if (never := never_read(view, reads, cookie)) is not None:
        return never
    got = slips.gets_a_cookie(view)
    if got is None:
        return None
    why = "Without the cookie, .get gives None"
    if slips.catches_key_errors_only(view):
        why += " and no KeyError, so the except is never reached"
    place: CodePlace = {"file": reply.route.file if reply.route else None, "line": got.line}
    rightly = line_as(site, place, r"\.cookies\.get\(([^(),]*)\)", r".cookies[\1]")
    if rightly and any(read.guarded and read.line == got.line for read in reads):
        return f"{why}. {rightly}"
    return f"{why}. Read request.cookies['{got.name or cookie}'] inside a try, and return the other page in its except."


def never_read(view: Function, reads: Sequence[Read], cookie: str) -> str | None:
    """Return the hint for a variable of a view that stays None, since no cookie is ever read; None for any other."""
    stays = slips.none_that_stays(view)
    if stays is None or reads:
        return None
    return (
        f"{stays.name} is None, since the cookie is never read. "
        f"Write line {stays.line} as `{stays.name} = request.cookies['{cookie}']`, inside a try."
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
