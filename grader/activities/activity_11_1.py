"""Activity 11.1: creating a website using Flask."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from grader.activities.common import crashed, require_answer, where
from grader.activities.documents import require_document, screenshots
from grader.rubric import Activity, Failed, Partial, Review, displays, excerpt
from grader.site.templates import is_template

if TYPE_CHECKING:
    from grader.browser import Visitor
    from grader.document import Document
    from grader.site import Reply, Site

FIRST = "My first GET request"
HELLO = "Hello, my name is"
TEMPLATE = "templates/index.html"

activity = Activity(
    "activity-11.1",
    title="Creating a website using Flask",
    signs=[
        r"My first GET request",
        r"Hello,? my name is",
        r"templates/index\.html",
        r"\.html?$",
        r"render_template",
        r"port\s*=\s*['\"]?5000\b",
    ],
)


@activity.check(step="1", points=5)
def loads(site: Site) -> None:
    """app.py can be loaded and holds a Flask app."""


@activity.check(step="1", points=10, needs=loads)
def get_text(site: Site) -> None:
    """A page displays "My first GET request"."""
    replies = _visit_all(site)
    if not any(displays(reply.text, FIRST) for reply in replies):
        raise _first_line_missing(site, replies)


@activity.check(step="2", points=10, needs=loads)
def get_html(site: Site) -> None:
    """A page displays "My first GET request" with HTML."""
    from grader.site.page import marked_up

    replies = _visit_all(site)
    with_line = [reply for reply in replies if displays(reply.text, FIRST)]
    if any(reply.is_html and marked_up(reply.source, FIRST) for reply in with_line):
        return
    if with_line and not _has_moved_on(site, replies):
        reply = with_line[0]
        raise Failed(
            f'{reply.path} displays "{FIRST}" as plain text, without HTML around it.',
            expected=f"<h1>{FIRST}</h1>",
            observed=excerpt(reply.source),
            hint="Put the line into an HTML element.",
            **where(site, reply),
        )
    raise _first_line_missing(site, replies)


def _first_line_missing(site: Site, replies: list[Reply]) -> Failed | Review:
    if _has_moved_on(site, replies):
        return Review(
            f'The app renders a template now (step 4), which takes the place of "{FIRST}". '
            "The screenshots have to show that this step was done.",
            expected=FIRST,
            observed=_seen(replies),
        )
    for reply in replies:
        if reply.crash is not None:
            return crashed(site, reply)
    return Failed(
        f'No page of the app displays "{FIRST}". {_seen(replies)}',
        expected=FIRST,
        observed=_seen(replies),
        hint="Return the line from the view, letter for letter.",
        **(where(site, replies[0]) if replies else {"file": site.app_file}),
    )


@activity.check(step="3", points=20, needs=loads)
def template(site: Site) -> None:
    """templates/index.html displays "Hello, my name is" and your full name."""
    found = _index_file(site)
    if found is not None:
        _require_name(site, _page_of(site, found), found)
        return
    for reply in _visit_all(site):
        for other in site.templates.behind(reply.source):
            if _name(reply.text) is not None and not _is_in_place(site, other):
                _require_name(site, reply.text, other)
                raise Partial(
                    f"The line is in {other}; the handout asks for {TEMPLATE}.",
                    expected=TEMPLATE,
                    observed=other,
                    hint=f"Rename {other} to index.html, in the folder templates.",
                    file=other,
                )
    raise _no_index_file(site)


def _page_of(site: Site, template: str) -> str:
    """Return what the page made from a template shows: as a route renders it, else rendered by itself."""
    made = [reply for reply in _visit_all(site) if template in site.templates.behind(reply.source)]
    best = next((reply for reply in made if _name(reply.text)), made[0] if made else None)
    reply = best or site.render_alone(template)
    if reply.crash is not None:
        raise crashed(site, reply)
    return reply.text


def _require_name(site: Site, text: str, template: str) -> None:
    name = _name(text)
    line = site.templates.line_of(template, _LINE_IN_FILE)
    if name is None:
        raise Failed(
            f'The page made from {template} does not display "{HELLO} …"; it displays "{excerpt(text) or "nothing"}".',
            expected=f"{HELLO} <your full name>",
            observed=excerpt(text) or "an empty page",
            hint=f"Write the line into the body of {template}.",
            file=template,
        )
    if not name:
        tag = site.templates.text_of(template).find("<your")
        hint = "Write your own name after it."
        if tag >= 0:
            hint = "Write your own name in place of <your_full_name>: a browser takes <…> for HTML and shows nothing."
        raise Failed(
            f'The page made from {template} displays "{HELLO}", but no name after it.',
            expected=f"{HELLO} <your full name>",
            observed=excerpt(text),
            hint=hint,
            file=template,
            line=line,
        )
    if _is_placeholder(name):
        raise Failed(
            f'{template} still says "{HELLO} {name}": that is the handout\'s placeholder.',
            expected=f"{HELLO} <your full name>",
            observed=f"{HELLO} {name}",
            hint="Put your own name in its place.",
            file=template,
            line=line,
        )
    if not _is_full_name(name):
        raise Partial(
            f'The page displays "{HELLO} {name}"; the handout asks for your full name.',
            expected=f"{HELLO} <your full name>",
            observed=f"{HELLO} {name}",
            hint="Add your family name.",
            file=template,
            line=line,
        )


def _no_index_file(site: Site) -> Failed:
    folder = f"{site.submission.folder}/" if site.submission.folder else ""
    right = folder + TEMPLATE
    like = [path for path in site.templates.paths if path.rpartition("/")[2].lower() == "index.html"]
    if not like:
        others = ", ".join(site.templates.paths)
        return Failed(
            f"There is no file {right}." + (f" You handed in {others}." if others else ""),
            expected=right,
            observed=others or "no HTML file",
            hint=f'Create it, with the line "{HELLO} <your full name>" in its body.',
        )
    return Failed(
        f"The file is at {like[0]}, but Flask looks for {right} (upper and lower case letters count).",
        expected=right,
        observed=like[0],
        hint=f"Move or rename {like[0]} to {right}.",
        file=like[0],
    )


@activity.check(step="4", points=15, needs=loads)
def render(site: Site) -> None:
    """A route renders the template."""
    replies = _visit_all(site)
    if any(_rendered(site, reply) for reply in replies):
        return
    for reply in replies:
        if reply.crash is not None and reply.crash.type == "TemplateNotFound":
            raise _template_not_found(site, reply)
    for reply in replies:
        if reply.crash is not None:
            raise crashed(site, reply)
    written = [reply for reply in replies if displays(reply.text, HELLO)]
    calls = list(site.source.calls("render_template"))
    if written:
        raise Failed(
            f"{written[0].path} displays text that is written in {where(site, written[0])['file']}; "
            "it does not render the template.",
            expected="return render_template('index.html')",
            observed=excerpt(written[0].text),
            hint="Return render_template('index.html') from the view.",
            **where(site, written[0]),
        )
    if calls:
        raise Failed(
            f"{calls[0][0]} line {calls[0][1]} calls render_template, but no page shows what it makes. {_seen(replies)}",
            observed=_seen(replies),
            hint="Return it: return render_template('index.html')",
            file=calls[0][0],
            line=calls[0][1],
        )
    raise Failed(
        f"No route renders the template. {_seen(replies)}",
        expected="return render_template('index.html')",
        observed=_seen(replies),
        hint="Import render_template from flask and return render_template('index.html') from the view.",
        **(where(site, replies[0]) if replies else {"file": site.app_file}),
    )


def _template_not_found(site: Site, reply: Reply) -> Failed:
    crash = reply.crash
    name = crash.message if crash else "index.html"
    base = name.rpartition("/")[2].lower()
    stem = base.partition(".")[0]
    there = [path for path in site.templates.paths if path.rpartition("/")[2].lower().partition(".")[0] == stem]
    looks = ", ".join(f"{folder}/{name}" for folder in site.serving.template_folders) or f"templates/{name}"
    place = f"your file is {there[0]}" if there else "you handed in no file of this name"
    last = crash.last if crash else None
    return Failed(
        f"{reply.path} renders {name}, which Flask does not find: it looks for {looks}; {place}.",
        expected=looks,
        observed=there[0] if there else "no such file",
        hint=f"Move or rename {there[0]} to {looks}; upper and lower case letters count."
        if there
        else f"Hand in {looks} too.",
        file=last.file if last else site.app_file,
        line=last.line if last else None,
    )


@activity.check(step="3", points=10, needs=template)
def browser(browser: Visitor, site: Site) -> None:
    """In a browser the line is visible on the page."""
    replies = [reply for reply in _visit_all(site) if reply.elsewhere is None]
    made_from = {reply.path: site.templates.behind(reply.source) for reply in replies}
    paths = sorted(made_from, key=lambda path: not made_from[path])
    likely = [reply.path for reply in replies if displays(reply.text, HELLO)]
    seen: list[str] = []
    for path in dict.fromkeys([path for path in paths if path in likely or made_from[path]]):
        browser.forget()
        page = browser.visit(path)
        if _name(page.visible_text):
            return
        seen.append(f'{path} shows "{excerpt(page.visible_text) or "nothing"}"')
    if not seen:
        raise Failed(
            f'No page of the app shows "{HELLO} …" in the browser.',
            expected=f"{HELLO} <your full name>",
            observed=_seen(replies),
            hint="Let a route render the template.",
        )
    raise Failed(
        f'The line "{HELLO} …" is not to be seen in the browser: {"; ".join(seen)}.',
        expected=f"{HELLO} <your full name>",
        observed="; ".join(seen),
        hint="Look for a style that hides it, or a script that replaces it.",
    )


@activity.check(step="submission", points=6)
def document(document: Document) -> None:
    """A Word document with screenshots is handed in."""
    require_document(document)


screenshots(
    activity,
    needs=document,
    points=4,
    items={
        "shot-1-code": "the modified code in VS Code (My first GET request)",
        "shot-1-browser": "the browser displaying My first GET request",
        "shot-2-code": "the modified code in VS Code (My first GET request in HTML)",
        "shot-2-browser": "the browser displaying My first GET request in HTML",
        "shot-3": "the browser displaying Hello, my name is <your_full_name>",
        "shot-4": "the edited app.py with the changed route",
    },
)


def _visit_all(site: Site) -> list[Reply]:
    """Visit every page of the app that answers at all."""
    return site.visit_all()


def _rendered(site: Site, reply: Reply) -> bool:
    """Whether a page is made from a template, or crashes in one."""
    in_template = reply.crash is not None and any(is_template(frame.file) for frame in reply.crash.frames)
    return in_template or bool(site.templates.behind(reply.source))


def _has_moved_on(site: Site, replies: list[Reply]) -> bool:
    """Whether app.py renders a template, even if that page has an error."""
    called = any(True for name in ("render_template", "send_from_directory") for _ in site.source.calls(name))
    return called or any(_rendered(site, reply) for reply in replies)


def _is_in_place(site: Site, path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return name == "index.html" and folder in site.serving.template_folders


def _index_file(site: Site) -> str | None:
    """Return the index.html that Flask really uses."""
    in_place = [path for path in site.templates.paths if _is_in_place(site, path)]
    shown = {path for reply in _visit_all(site) for path in site.templates.behind(reply.source)}
    return next((path for path in in_place if path in shown), in_place[0] if in_place else None)


def _seen(replies: list[Reply]) -> str:
    pages = [f'{reply.path} displays "{excerpt(reply.text, 60)}".' for reply in replies[:3]]
    return " ".join(pages) or "The app has no page that a browser can visit."


_LINE = re.compile(r"hello\W*my\W*name\W*is[^\w\n]*(?P<rest>[^\n]*)\n*(?P<next>[^\n]*)", re.IGNORECASE)
_LINE_IN_FILE = re.compile(r"hello\W*my\W*name\W*is", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'\u2019.\-]*")
_END_OF_NAME = re.compile(r"[!?;:|(]|(?<=\w\w\w)\.\s|,\s*(?=(?:and|i|welcome|from|a)\b)", re.IGNORECASE)
_NOT_IN_A_NAME = frozenset({"and", "i", "im", "i'm", "this", "welcome", "from", "nice", "thanks", "thank", "student"})
_PLACEHOLDERS = frozenset(
    {"your", "full", "name", "fullname", "yourname", "yourfullname", "firstname", "lastname", "first", "last", "none"}
)
_SHORTEST_NAME = 2


def _name(text: str) -> str | None:
    """Return the name after the line, ``""`` if there is none, or None where the line itself is not there."""
    match = _LINE.search(unicodedata.normalize("NFC", text))
    if match is None:
        return None
    rest = match["rest"].strip() or match["next"].strip()
    return " ".join(_words(rest))


def _words(rest: str) -> list[str]:
    """Return the words of a name at the beginning of a line."""
    words: list[str] = []
    for word in re.findall(r"[^\s,]+", _END_OF_NAME.split(rest.strip("<>\"' "))[0]):
        if word.lower().strip(".,") in _NOT_IN_A_NAME:
            break
        if _WORD.search(word):
            words.append(word.strip("\"'.,<>{}[]*"))
    return words


def _is_placeholder(name: str) -> bool:
    return all(word.lower() in _PLACEHOLDERS for word in re.split(r"[\s_-]+", name) if word)


def _is_full_name(name: str) -> bool:
    return len(name.split()) >= _SHORTEST_NAME or (len(name) >= _SHORTEST_NAME and all(map(_is_east_asian, name)))


def _is_east_asian(character: str) -> bool:
    """Whether a letter belongs to a script that writes names without spaces."""
    kind = unicodedata.name(character, "")
    return kind.startswith(("CJK", "HANGUL", "HIRAGANA", "KATAKANA")) or character == "\u30fb"
