"""No route of activity 11.1 renders the template: why not, in words for a student."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.activities.common import no_answer
from grader.activities.names import HELLO
from grader.activities.places import line_as, where
from grader.activities.template_errors import crash_on_the_way
from grader.activities.template_places import TEMPLATE
from grader.rubric import Failed, displays, excerpt

if TYPE_CHECKING:
    from grader.model.faults import StudentFault
    from grader.site import Reply, Site

_RENDER = "return render_template('index.html')"


def seen(replies: list[Reply]) -> str:
    """Return what the app's pages show, one sentence each, for the first few of them."""
    pages = []
    for reply in replies[:3]:
        shown = f'displays "{excerpt(reply.text, 60)}"' if reply.text.strip() else "displays nothing"
        pages.append(f"{reply.path} {f'answers with the error {reply.status}' if not reply.ok else shown}.")
    return " ".join(pages) or "The app has no page that a browser can visit."


def not_rendered(site: Site, file: str | None) -> StudentFault:
    """Say why no route renders the template: not found, a crash, text in app.py, another file, not returned."""
    replies = site.visit_all()
    stopped = [reply for reply in replies if reply.crash is not None]
    if stopped:
        first = min(stopped, key=lambda reply: reply.crash is not None and reply.crash.type != "TemplateNotFound")
        return crash_on_the_way(site, first)
    unanswered = no_answer(site)
    if unanswered is not None:
        return unanswered
    return (
        _another_file(site, replies, file)
        or _sent_as_is(site, replies)
        or _written_in_the_code(site, replies)
        or _not_returned(site, replies)
        or _call_in_quotes(site, replies)
        or Failed(
            f"No route renders the template. {seen(replies)}",
            expected=_RENDER,
            observed=seen(replies),
            hint=_how_to_render(site),
            **(where(site, replies[0]) if replies else {"file": site.app_file, "line": None}),
        )
    )


def _how_to_render(site: Site) -> str:
    code = site.submission.files.get(site.app_file, b"").decode("utf-8", "replace")
    is_imported = re.search(r"(?m)^\s*(from flask import .*(render_template\b|\*)|import flask\b)", code)
    view = f"{_RENDER[0].upper()}{_RENDER[1:]} from the view."
    return view if is_imported else f"Import render_template from flask and {_RENDER} from the view."


def _call_in_quotes(site: Site, replies: list[Reply]) -> Failed | None:
    """Say that the call of render_template is a text, which the page shows as it is."""
    for reply in replies:
        view = site.source.view(reply.route) if reply.route and "render_template(" in reply.text else None
        for line in range(view.lineno, (view.end_lineno or view.lineno) + 1) if view else ():
            file = where(site, reply)["file"]
            rightly = line_as(site, file, line, r"([\"'])(render_template\(.*\))\1$", r"\2")
            if rightly is not None:
                return Failed(
                    f"{reply.path} displays `{excerpt(reply.text, 60)}`: it stands in quotes, so it is but text.",
                    expected=_RENDER,
                    observed=excerpt(reply.text),
                    hint=rightly,
                    file=file,
                    line=line,
                )
    return None


def _another_file(site: Site, replies: list[Reply], file: str | None) -> Failed | None:
    for reply in replies:
        others = site.templates.behind(reply)
        if others and file is not None:
            return Failed(
                f"{reply.path} renders {others[0]}, and no route renders {file}.",
                expected=_RENDER,
                observed=others[0],
                hint=f"{_RENDER[0].upper()}{_RENDER[1:]} from the view.",
                **where(site, reply),
            )
    return None


def _sent_as_is(site: Site, replies: list[Reply]) -> Failed | None:
    for reply in replies:
        files = site.templates.sent_as_is(reply)
        if files:
            return Failed(
                f"{reply.path} sends the file {files[0]} as it is; the handout asks to render it as a template.",
                expected=_RENDER,
                observed=f"{files[0]}, not rendered",
                hint=f"Keep the page in {TEMPLATE} and {_RENDER} from the view.",
                **where(site, reply),
            )
    return None


def _written_in_the_code(site: Site, replies: list[Reply]) -> Failed | None:
    for reply in replies:
        if displays(reply.text, HELLO):
            return Failed(
                f"{reply.path} displays text that is written in {where(site, reply)['file']}; "
                "it does not render the template.",
                expected=_RENDER,
                observed=excerpt(reply.text),
                hint=f"{_RENDER[0].upper()}{_RENDER[1:]} from the view.",
                **where(site, reply),
            )
    return None


def _not_returned(site: Site, replies: list[Reply]) -> Failed | None:
    for file, line in site.source.calls("render_template"):
        return Failed(
            f"{file} line {line} calls render_template, but no page shows what it makes. {seen(replies)}",
            expected=_RENDER,
            observed=seen(replies),
            hint=f"Return it: {_RENDER}",
            file=file,
            line=line,
        )
    return None
