"""No route of activity 11.1 renders the template: why not, in words for a student."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from grader.activities.common import no_answer
from grader.activities.full_names import HELLO
from grader.activities.page_sources import code_of, line_as, lines_of_view, place_of_first, where
from grader.activities.template_errors import crash_on_the_way
from grader.activities.template_places import TEMPLATE
from grader.rubric import Failed, displays, excerpt

if TYPE_CHECKING:
    from grader.model.faults import StudentFault
    from grader.site import Reply, Site

_RENDER = "return render_template('index.html')"
_RENDER_IT = "Return render_template('index.html') from the view."


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
    if (unanswered := no_answer(site)) is not None:
        return unanswered
    shown_otherwise = chain(
        (_another_file(site, reply, file) for reply in replies),
        (_sent_as_is(site, reply) for reply in replies),
        (_written_in_the_code(site, reply) for reply in replies),
    )
    in_quotes = (_call_in_quotes(site, reply) for reply in replies)
    return (
        next(filter(None, shown_otherwise), None)
        or _not_returned(site, replies)
        or next(filter(None, in_quotes), None)
        or Failed(
            f"No route renders the template. {seen(replies)}",
            expected=_RENDER,
            observed=seen(replies),
            hint=_how_to_render(site),
            **place_of_first(site, replies),
        )
    )


def _how_to_render(site: Site) -> str:
    code = "\n".join(code_of(site, site.app_file))
    is_imported = re.search(r"(?m)^\s*(from flask import .*(render_template\b|\*)|import flask\b)", code)
    return _RENDER_IT if is_imported else f"Import render_template from flask and {_RENDER} from the view."


def _call_in_quotes(site: Site, reply: Reply) -> Failed | None:
    """Say that the call of render_template is a text, which the page shows as it is."""
    for place in lines_of_view(site, reply) if "render_template(" in reply.text else ():
        rightly = line_as(site, place, r"([\"'])(render_template\(.*\))\1$", r"\2")
        if rightly is not None:
            problem = f"{reply.path} displays `{excerpt(reply.text, 60)}`: it stands in quotes, so it is but text."
            return Failed(problem, expected=_RENDER, observed=excerpt(reply.text), hint=rightly, **place)
    return None


def _another_file(site: Site, reply: Reply, file: str | None) -> Failed | None:
    others = site.templates.behind(reply)
    if not others or file is None:
        return None
    problem = f"{reply.path} renders {others[0]}, and no route renders {file}."
    return Failed(problem, expected=_RENDER, observed=others[0], hint=_RENDER_IT, **where(site, reply))


def _sent_as_is(site: Site, reply: Reply) -> Failed | None:
    files = site.templates.sent_as_is(reply)
    if not files:
        return None
    return Failed(
        f"{reply.path} sends the file {files[0]} as it is; the handout asks to render it as a template.",
        expected=_RENDER,
        observed=f"{files[0]}, not rendered",
        hint=f"Keep the page in {TEMPLATE} and {_RENDER} from the view.",
        **where(site, reply),
    )


def _written_in_the_code(site: Site, reply: Reply) -> Failed | None:
    if not displays(reply.text, HELLO):
        return None
    place = where(site, reply)
    problem = f"{reply.path} displays text that is written in {place['file']}; it does not render the template."
    return Failed(problem, expected=_RENDER, observed=excerpt(reply.text), hint=_RENDER_IT, **place)


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
