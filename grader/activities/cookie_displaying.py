"""Displaying the cookie of activity 11.2: what can be wrong, in words for a student."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from grader.activities.cookie_adding import as_two_arguments, for_all_pages
from grader.activities.cookie_pages import (
    ADD,
    DISPLAY,
    FOUND,
    NAME,
    NOT_FOUND,
    SET_IT,
    VALUE,
    jar_with,
    require_page,
    where_set,
)
from grader.activities.crashes import never_read
from grader.activities.page_sources import line_as, line_of, lines_of_view, where
from grader.model.text import foreign_letter
from grader.rubric import Failed, Partial, displays, excerpt, squeeze
from grader.sandbox.messages import Frame
from grader.site.cookies import path_matches
from grader.source import slips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.browser import Page
    from grader.model.places import CodePlace, Route
    from grader.site import Reply, Site
    from grader.source.cookie_reads import Read

_NOTHING_ELSE = f'When {NAME} is missing, return "{NOT_FOUND}" and nothing else.'
_RETURN_IT = f'Return "{NOT_FOUND}" where {NAME} is missing.'
_SHORTEST_TELLING = 4  # letters and digits; shorter ones stand in other words, too
_NEEDS_QUOTES = re.compile(r"[\s,;\"\\]")  # what no cookie's value may hold that is not quoted: RFC 6265, 4.1.1
_IN_A_TEMPLATE = re.compile(r"\{[{%][^{}]*\brequest\.cookies\b")
_FOUND = re.compile(r"found\s+the\s+cookie\s*:", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|never|no|cannot|can't|\w+n['\u2019]t)\b", re.IGNORECASE)


def value_not_shown(site: Site, reply: Reply, value: str, replies: list[Reply]) -> Failed:
    """Say why the page does not display the value: an error, another path, another name, or it does not look."""
    try:
        require_page(site, reply)
    except Failed as failure:
        return failure
    added = reply.jar.get(NAME)
    if added is not None and not path_matches(DISPLAY, added.path):
        place = where_set(site, site.get(ADD))
        return Failed(
            f"{ADD} sets {NAME} for the path {added.path} only, so the browser does not send it to "
            f'{DISPLAY}, which displays "{excerpt(reply.text)}".',
            expected="path /",
            observed=f"path {added.path}",
            hint=for_all_pages(site, place),
            **place,
        )
    return (
        _cannot_be_read(site, replies)
        or _reads_another(site, reply)
        or _within_quotes(site, reply)
        or _does_not_read(site, reply, value, replies)
    )


def _cannot_be_read(site: Site, replies: list[Reply]) -> Failed | None:
    """Say that the cookie which the app sets is written so that Flask does not read it: the view is not to blame."""
    sent = site.get(ADD)
    cookie = next((each for each in reversed(sent.set_cookies) if each.name == NAME), None)
    if cookie is None or not _NEEDS_QUOTES.search(cookie.value) or cookie.value.startswith('"'):
        return None
    if squeeze(replies[0].text) == squeeze(replies[1].text):
        return None  # another value is not displayed either
    place = where_set(site, sent)
    hint = f"Use set_cookie, which writes the quotes: write line {place['line']} as `{SET_IT}`."
    if cookie.decoded == f"{VALUE}=":
        hint = as_two_arguments(site, place)
    return Failed(
        f"{DISPLAY} does not find the cookie: {ADD} writes its value without the double quotes that blanks need.",
        expected=f'{NAME}="{VALUE}"',
        observed=f"{NAME}={excerpt(cookie.value)}",
        hint=hint,
        **place,
    )


def _within_quotes(site: Site, reply: Reply) -> Failed | None:
    """Say that a variable's name stands within the quotes, so that it is displayed and not its value."""
    view = site.source.view(reply.route)
    for slip in slips.names_within_quotes(view) if view else ():
        if not re.search(rf"\b{re.escape(slip.name)}\b", reply.text):
            continue
        name = re.escape(slip.name)
        problem = f"{slip.name} stands within the quotes of line {slip.line}"
        wrong, now = rf"(['\"])([^'\"]*?)[+\s]*\b{name}\W*?\1", rf"\1\2 \1 + {slip.name}"
        if slip.needs_f:
            problem = f"the text of line {slip.line} has no f before its quotes"
            wrong, now = rf"(['\"])([^'\"]*?)\{{?\{{\s*{name}\s*\}}\}}?", rf"f\1\2{{{slip.name}}}"
        place: CodePlace = {"file": reply.route.file if reply.route else None, "line": slip.line}
        return Failed(
            f'{DISPLAY} displays "{excerpt(reply.text)}", and not the cookie: {problem}.',
            expected=f"the value of {slip.name}",
            observed=excerpt(reply.text),
            hint=line_as(site, place, wrong, now) or "Put the name outside of the quotes.",
            **place,
        )
    return None


def _reads_another(site: Site, reply: Reply) -> Failed | None:
    reads = site.source.cookie_reads(reply.route)
    names = sorted({read.name or "" for read in reads})
    if not names or "" in names or NAME in names:
        return None
    others = ", ".join(names)
    return Failed(
        f'{DISPLAY} reads the cookie {others}, not {NAME}, and displays "{excerpt(reply.text)}".',
        expected=NAME,
        observed=others,
        hint=foreign_letter(names[0], NAME) or f"Read {NAME}; upper and lower case letters count.",
        file=reply.route.file if reply.route else None,
        line=reads[0].line,
    )


def _read_otherwise(site: Site, reply: Reply) -> tuple[str, CodePlace] | None:
    """Return what is wrong with a line that is to read the cookie and fails, where the except hides why."""
    from grader.sandbox.words.spelling import cookie_read_otherwise  # few views fail

    for place in lines_of_view(site, reply):
        written = line_of(site, place)
        if (hint := cookie_read_otherwise(Frame(place["file"] or "", place["line"], written))) is not None:
            return hint, place
        bare = re.search(r"\.cookies(?:\.get)?[\[(](\w+)[\])]", written)
        if bare and bare[1].isidentifier() and site.source.unknown_name(reply.route, bare[1]) is not None:
            return f"A text stands in quotes. {line_as(site, place, bare[1], repr(bare[1]))}", place
    return None


def _does_not_read(site: Site, reply: Reply, value: str, replies: list[Reply]) -> Failed:
    same = squeeze(replies[0].text) == squeeze(replies[1].text)
    why = "the same for every value of the cookie" if same else "not the value that was sent"
    hint = f"Read the value with request.cookies['{NAME}'] and put it into the page."
    if any(read.name == NAME for read in site.source.cookie_reads(reply.route)):
        hint = _hint_where_it_is_read(site, reply)
    place = where(site, reply)
    if f"<{value}" in reply.source:
        hint = "Take the < and > around the value away: a browser takes <…> for HTML and shows nothing of it."
    elif value != VALUE and displays(reply.text, VALUE) and site.source.cookie_reads(reply.route):
        hint = "Show what request.cookies holds as it is: nothing has to be decoded where the text is set as it is."
    elif (slip := _read_otherwise(site, reply)) is not None:
        hint, place = slip
    elif displays(reply.text, NOT_FOUND) and displays(replies[0].text, VALUE):
        hint = "It displays the handout's value only. Do not compare it: show whatever the cookie holds."
    elif displays(reply.text, NOT_FOUND):
        hint = "What goes wrong inside the try? Write `except KeyError:` there, so that other errors are seen."
        if (last_word := slips.return_in_a_finally(site.source.view(reply.route))) is not None:
            hint = f"What a finally returns has the last word: take the return of line {last_word} out of it."
        elif (another := slips.another_meaning(site.source.tree(place["file"] or ""), {"request"})) is not None:
            hint = another
        elif (unknown := site.source.unknown_name(reply.route, "request")) is not None:
            hint = "The name request is not known here: from flask import request"
            place = {"file": place["file"], "line": unknown}
    return Failed(
        f'With {NAME} set to "{value}", {DISPLAY} displays "{excerpt(reply.text)}": {why}.',
        expected=f"{FOUND} {value}",
        observed=excerpt(reply.text),
        hint=hint,
        **place,
    )


def other_words_found(site: Site, reply: Reply, value: str) -> Partial:
    """Say that the value is there and the handout's words are not."""
    problem, hint = "the value is there, the words before it are not", f'Write "{FOUND}" before the value.'
    if displays(reply.text, FOUND):
        problem = "between the words and the value stands something else"
        hint = f'Put the value right after "{FOUND}".'
    return Partial(
        f'With the cookie, {DISPLAY} displays "{excerpt(reply.text)}": {problem}.',
        expected=f"{FOUND} {value}",
        observed=excerpt(reply.text),
        hint=hint,
        **where(site, reply),
    )


def claims_a_value(text: str, value: str, beside: str = "") -> bool:
    """Whether a page without the cookie pretends to have found one, ``None`` included; see `shows_value`."""
    lines = text.splitlines()
    found = any(displays(line, FOUND) and not _NEGATION.search(_before_a_value(line)) for line in lines)
    none = any(line.split()[-1:] == ["None"] for line in lines) and not displays(text, NOT_FOUND)
    return found or none or shows_value(text, value, beside)


def shows_value(text: str, value: str, beside: str = "") -> bool:
    """Whether a page shows a cookie's value, and not only words that it shows anyhow.

    Parameters
    ----------
    beside
        What the page displays with another value: a value that is part of these words, or of those that are asked for,
        tells nothing.
    """
    wanted = squeeze(value)
    words = squeeze(f"{FOUND} {NOT_FOUND}") + " " + squeeze(NOT_FOUND) + " " + squeeze(beside)
    return len(wanted) >= _SHORTEST_TELLING and wanted not in words and displays(text, value)


def _before_a_value(line: str) -> str:
    """Return what stands before a value: a line up to the words and their colon, or all of one without them."""
    words = _FOUND.search(line)
    return line[: words.end()] if words else line


def other_words_missing(
    site: Site, reply: Reply, situation: str, *, claim: bool, with_cookie: Reply
) -> Failed | Partial:
    """Say what the page displays instead of the words for a missing cookie."""
    kind: type[Failed | Partial] = Failed
    text = excerpt(reply.text)
    if claim:
        problem, hint = f'{situation}, {DISPLAY} displays "{text}", as if it had found a value.', _NOTHING_ELSE
    elif squeeze(with_cookie.text) == squeeze(reply.text):
        problem, hint = _no_difference(site, reply)
    else:
        kind, hint = Partial, _RETURN_IT
        problem = f'{situation}, {DISPLAY} displays "{text}", the handout asks for "{NOT_FOUND}".'
    return kind(problem, expected=NOT_FOUND, observed=text, hint=hint, **where(site, reply))


def _no_difference(site: Site, reply: Reply) -> tuple[str, str]:
    """Return what to say of a page that is the same with and without the cookie, and what to do."""
    problem = f'{DISPLAY} displays "{excerpt(reply.text)}" with and without the cookie'
    if any(site.source.cookie_reads(reply.route)):
        return f"{problem}.", _hint_where_it_is_read(site, reply)
    hint = f'Read the cookie inside a try, and return "{NOT_FOUND}" in the except.'
    return f"{problem}: it does not look for it.", hint


def _hint_where_it_is_read(site: Site, reply: Reply) -> str:
    """Return what to do where the view reads the cookie, and the page shows nothing of it."""
    view = site.source.view(reply.route)
    for read in site.source.cookie_reads(reply.route):
        if (post := slips.for_post_only(view, read.line)) is not None:
            return f"Line {post} lets only a form that is sent (POST) come to line {read.line}. Do it for each visit."
    if any(line_of(site, place).startswith("print(") for place in lines_of_view(site, reply)):
        return "What print(...) writes is seen in the terminal only: return it from the view."
    return "The view reads the cookie: show its whole value, as it is."


def _read_in_a_template(site: Site, reply: Reply) -> CodePlace | None:
    """Return where a template reads the cookie in place of the view."""
    for place in lines_of_view(site, reply):
        if _IN_A_TEMPLATE.search(line_of(site, place)):
            return place
    for file in site.templates.behind(reply):
        if (line := site.templates.line_of(file, _IN_A_TEMPLATE)) is not None:
            return {"file": file, "line": line}
    return None


def not_in_a_try(site: Site, route: Route, reads: Sequence[Read]) -> Failed:
    """Say where the cookie is read instead, if it is."""
    view = f"The function {route.function}" if (route.function or "").isidentifier() else "The function"
    if not reads and (place := _read_in_a_template(site, site.get(DISPLAY, jar=jar_with(NAME, VALUE)))) is not None:
        return Failed(
            f"{view}, the view of {DISPLAY}, leaves reading the cookie to the template, where nothing catches a cookie "
            "that is missing.",
            expected=f"try: … request.cookies['{NAME}'] …",
            observed=line_of(site, place),
            hint=f"Read request.cookies['{NAME}'] in the view, inside a try, and give its value to the template.",
            **place,
        )
    if not reads:
        function = site.source.view(route)
        never = never_read(function, reads, NAME) if function else None
        if (otherwise := _read_otherwise(site, site.get(DISPLAY))) is not None:
            never = otherwise[0]
        return Failed(
            f"{view}, the view of {DISPLAY}, does not read the cookie.",
            expected=f"try: … request.cookies['{NAME}'] …",
            hint=never or f"Read request.cookies['{NAME}'] inside a try block.",
            **route.place,
        )
    read = reads[0]
    hint = "Put that line inside a try, so that a missing cookie ends in the except."
    if read.suppressed:
        hint = "suppress(...) does much the same, but the handout asks for a try: put that line inside one."
    return Failed(
        f"{view}, the view of {DISPLAY}, reads the cookie at {route.file} line {read.line}, outside of a try block.",
        expected="the cookie read inside try: …",
        observed=f"read at line {read.line}, not inside a try",
        hint=hint,
        file=route.file,
        line=read.line,
    )


def still_found(site: Site, page: Page, text: str, *, claim: bool, unchanged: bool) -> Failed | Partial:
    """Say what the browser shows after its cookie was deleted."""
    place, after = where(site, site.get(DISPLAY)), f"After {NAME} was deleted in the browser"
    problem = page.problem and f"it {page.problem}"
    if problem is None and (page.status or 0) >= HTTPStatus.BAD_REQUEST:
        problem = f"it answers with the error {page.status}"
    elif problem is None and not text.strip():
        problem = "it is empty"
    if problem is not None:
        try:
            require_page(site, site.get(DISPLAY))
        except Failed as failure:  # the same as without the cookie
            failure.message = f"{after}: {failure.message}"
            return failure
        said = f"{after}, {DISPLAY} does not show the page: {problem}."
        return Failed(said, expected=NOT_FOUND, observed=problem, hint=_RETURN_IT, **place)
    kind: type[Failed | Partial] = Failed
    said = f'{DISPLAY} displays "{excerpt(text)}"'
    if unchanged and not claim:
        said, hint = _no_difference(site, site.get(DISPLAY))
        return kind(f"{after}: {said}", expected=NOT_FOUND, observed=excerpt(text), hint=hint, **place)
    if unchanged:
        said = f'reloading {DISPLAY} still displays "{excerpt(text)}"'
        hint = "Read the cookie from the request each time; do not keep its value in a variable of the program."
    elif claim:
        said, hint = f"{said}, as if it had found a value", _NOTHING_ELSE
    else:
        kind, said, hint = Partial, f'{said}, the handout asks for "{NOT_FOUND}"', _RETURN_IT
    return kind(f"{after}, {said}.", expected=NOT_FOUND, observed=excerpt(text), hint=hint, **place)
