"""Pages of activity 11.1 that end in an error: what Jinja says, in words for a student."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.activities.crashes import NO_ENDPOINT, crashed, views_to_link_to
from grader.site.templates import is_template

if TYPE_CHECKING:
    from grader.activities.page_sources import Meant
    from grader.rubric import Failed
    from grader.sandbox.messages import Frame
    from grader.site import Reply, Site

_VALUES = re.compile(r"forget to specify values? (\[[^\]]*\])")
_JINJA_HINTS = (
    (r"maximum recursion depth", "Here a file takes itself in, again and again: take that out of the template."),
    (r"Missing end of comment tag", "{# begins a comment that #} ends. Close it, or put a space between { and #."),
    (r"Missing end of raw directive", "{% raw %} has to be closed: {% endraw %}."),
    (r"looking for the following tags: ('[\w' ]+|.*?)\.", "What {% … %} opens has to be closed: Jinja looks for \\1."),
    (r"unexpected end of template", "Something is opened and never closed: {{ needs }}, {% needs %}."),
    (r"unexpected '}'", "Write a value as {{ value }}, with two braces on each side."),
    (r"end of statement block', got 'if'", "`else if` is one word there: {% elif … %}."),
    (r"expected token 'end of print statement'", "Between {{ and }} stands one name or value; texts are in quotes."),
    (r"expected token '([^']*)'", "Close what is opened in that line: {{ value }}, {% … %}; Jinja expects \\1 there."),
    (r"unexpected char", "Between {{ and }} or {% and %} stands a character that Jinja does not know; take it out."),
    (
        r"Encountered unknown tag '(load|url|static|csrf_token|comment|ifequal|ifnotequal|lorem|widthratio|now)'",
        "{% \\1 %} is Django's, and Flask's templates know none: take it out.",
    ),
    (r"tag name expected", "{% begins a command of Jinja's: write { and % apart, or take it out."),
    (r"Encountered unknown tag '(\w+)'", "Jinja has no {% \\1 %}: check its spelling, or take it out."),
    (r"No filter named '(\w+)'", "Jinja has no filter |\\1: check its spelling, or take it out."),
    (r"No test named '(\w+)'", "Jinja has no test `is \\1`: check its spelling, or take it out."),
    (
        r"^'(\w+)' is undefined",
        "Give it a value: render_template('index.html', \\1=…), or take it out of the template.",
    ),
)
# What is wrong in the line, whatever Jinja says of it.
_IN_THE_LINE = (
    (re.compile(r"\{\{\{"), "Write a value as {{ value }}, with two braces on each side."),
    (
        re.compile(r"\{\{\s*\w+-\w+\s*\}\}"),
        "Between {{ and }} a - is a minus: write the name with _ there, and in app.py.",
    ),
    (re.compile(r"\{%\s*(?!end|else|raw|trans|csrf_token)(\w+)\s*%\}"), r"A value is written in two braces: {{ \1 }}."),
    (re.compile(r"\{\{\s*print\("), "What stands between {{ and }} is shown by itself: take print( ) away."),
)


def ends_in_an_error(site: Site, reply: Reply, file: str) -> Failed:
    """Say why the page made from a template is an error."""
    crash = reply.crash
    failure = crashed(site, reply)
    last = crash.last if crash else None
    if crash is None or last is None or not is_template(last.file):
        return failure
    place, made = last.place_name, f"The page made from {file} is an error ({reply.status})"
    said = re.sub(r"\. Jinja was looking.*", "", str(crash).partition("\n")[0]).rstrip(".").replace("`", "'")
    written = f" (`{last.text}`)" if last.text else ""
    failure.message = f"{made}: `{said}`. See {place}{written}."
    unknown = NO_ENDPOINT.search(crash.message)
    if unknown is not None:
        links = f"{made}: {place} links to {unknown['name']}"
        failure.message = f"{links}, and app.py has no view function of that name."
        failure.expected = f"one of your views: {views_to_link_to(site)}"
        if (missing := _VALUES.search(crash.message)) is not None:
            failure.message = f"{links} without a value for {missing[1]}, which its route asks for."
            failure.hint = f"Give it one: url_for('{unknown['name']}', …=…), with the name from the route."
            failure.expected = None
    else:
        failure.hint = _in_a_comment(site, last) or _hint_for_jinja(crash.message, last.text) or failure.hint
    return failure


def crash_on_the_way(site: Site, reply: Reply, meant: Meant | None = None) -> Failed:
    """Say why a page is an error, in the same words whichever check meets it; for `meant` see `require_answer`."""
    last = reply.crash.last if reply.crash else None
    return ends_in_an_error(site, reply, last.file) if last and is_template(last.file) else crashed(site, reply, meant)


def _in_a_comment(site: Site, at: Frame) -> str | None:
    """Return the hint for what stands in a comment of HTML, which Jinja reads nevertheless."""
    above = "\n".join(site.templates.text_of(at.file).splitlines()[: at.line or 0])
    within = above.rpartition("<!--")
    is_comment = within[1] and re.search(r"^(?!.*-->.*\{[{%]).*\{[{%]", within[2], re.DOTALL)
    return "Jinja reads what stands in <!-- … -->, too: take that comment out." if is_comment else None


def _hint_for_jinja(message: str, line: str) -> str | None:
    """Return what to do about what Jinja says of a template."""
    unquoted = re.search(r"url_for\((\w+)\b", line)
    if unquoted is not None and f"'{unquoted[1]}' is undefined" in message:
        return f"Put it in quotes: url_for('{unquoted[1]}', …)."
    called = re.search(r"'(\w+)' is undefined", message)
    if called is not None and re.search(rf"\b{called[1]}\(", line):
        return f"Jinja has no function {called[1]}(…): take it out, or give it one from app.py."
    for wrong, rightly in _IN_THE_LINE:
        if (match := wrong.search(line)) is not None:
            return match.expand(rightly)
    in_a_comment = "{# begins a comment of Jinja's: write { and # apart." if "{#" in line else None
    from grader.sandbox.words.explaining import first_hint  # few templates end so

    return first_hint(_JINJA_HINTS, message) or in_a_comment
