"""Activity 11.1: creating a website using Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.activities import full_names, template_errors, template_places, template_rendering, template_words, unshown
from grader.activities.common import no_answer
from grader.activities.documents import AskedPicture, require_document, screenshots
from grader.activities.full_names import HELLO, name_in
from grader.activities.page_sources import place_of_first, where
from grader.activities.template_places import TEMPLATE
from grader.model.faults import StudentFault
from grader.rubric import Activity, Failed, Partial, Review, any_of, code, displays, excerpt, page
from grader.site.html_page import marked_up
from grader.site.templates import is_template

if TYPE_CHECKING:
    from grader.browser import Visitor
    from grader.document import Document, Screenshots
    from grader.site import Reply, Site

FIRST = "My first GET request"

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
    wordings=[FIRST, HELLO],
)


@activity.check(step="1", points=5)
def loads(site: Site) -> None:
    """app.py can be loaded and holds a Flask app."""


@activity.check(step="1", points=10, needs=loads)
def get_text(site: Site, screenshots: Screenshots) -> None:
    """A page displays "My first GET request"."""
    if any(displays(reply.text, FIRST) for reply in site.visit_all()):
        return
    if not (_has_moved_on(site) and screenshots.confirmed("shot-1-browser")):
        raise _first_line_missing(site)


@activity.check(step="2", points=10, needs=loads)
def get_html(site: Site, screenshots: Screenshots) -> None:
    """A page displays "My first GET request" with HTML."""
    with_line = [reply for reply in site.visit_all() if displays(reply.text, FIRST)]
    if any(reply.is_html and marked_up(reply.source, FIRST) for reply in with_line):
        return
    if _has_moved_on(site) and screenshots.confirmed("shot-2-code", "shot-2-browser"):
        return
    if not with_line or _has_moved_on(site):
        raise _first_line_missing(site)
    reply = with_line[0]
    raise Failed(
        f'{reply.path} displays "{FIRST}" as plain text, without HTML around it.',
        expected=f"<h1>{FIRST}</h1>",
        observed=excerpt(reply.source),
        hint="Put the line into an HTML element.",
        **where(site, reply),
    )


def _first_line_missing(site: Site) -> StudentFault | Review:
    replies = site.visit_all()
    stopped = next((reply for reply in replies if reply.crash is not None), None)
    if _has_moved_on(site) and stopped is not None:
        failure = template_errors.crash_on_the_way(site, stopped)
        return Review(
            f"The screenshots have to show this step: the app has moved on to step 4. {failure.message}",
            expected=FIRST,
            observed=failure.observed,
            hint=failure.hint,
            file=failure.file,
            line=failure.line,
            reason="moved-on",
        )
    if _has_moved_on(site):
        return Review(
            f'The app shows its template now (step 4), which takes the place of "{FIRST}". '
            "The screenshots have to show that this step was done.",
            expected=FIRST,
            observed=template_rendering.seen(replies),
            hint="Nothing to mend in the code; look that this step's screenshots are in your Word document.",
            reason="moved-on",
        )
    if stopped is not None:
        return template_errors.crash_on_the_way(site, stopped)
    if (unanswered := no_answer(site)) is not None:
        return unanswered
    return Failed(
        f'No page of the app displays "{FIRST}". {template_rendering.seen(replies)}',
        expected=FIRST,
        observed=template_rendering.seen(replies),
        hint="Return the line from the view, word for word.",
        **place_of_first(site, replies),
    )


def _has_moved_on(site: Site) -> bool:
    """Whether app.py shows a template, even if that page has an error."""
    called = any(True for name in ("render_template", "send_from_directory") for _ in site.source.calls(name))
    return called or any(_is_made_from(site, reply) or site.templates.sent_as_is(reply) for reply in site.visit_all())


@activity.check(step="3", points=20, needs=loads)
def template(site: Site) -> None:
    """templates/index.html displays "Hello, my name is" and your full name."""
    file = _template_with_line(site)
    if file is None:
        raise template_places.no_index_file(site)
    reply = _page_made_from(site, file)
    name = name_in(reply.text) or template_words.name_that_a_script_may_show(reply)
    if not name:
        raise template_words.no_name(site, reply.text, file)
    as_text = template_words.variable_as_text(site, name, file)
    if as_text is not None:
        raise as_text
    if full_names.is_placeholder(name):
        raise template_words.placeholder(site, reply, name, file)
    if not site.templates.is_index(file, site.serving.template_folders):
        raise Partial(
            f"The line is in {file}; the handout asks for {TEMPLATE}.",
            expected=TEMPLATE,
            observed=file,
            hint=f"Rename {file} to index.html, in the folder templates.",
            file=file,
        )
    if full_names.begins_with_is(name):
        raise template_words.is_twice(site, name, file)
    if not full_names.is_full(name) and not full_names.goes_on_below(reply.source, name):
        raise template_words.name_not_full(site, name, file)


def _template_with_line(site: Site) -> str | None:
    """Return the index.html that Flask really uses, or another template that displays the line in its place."""
    folders = site.serving.template_folders
    shown = {path: reply for reply in site.visit_all() for path in site.templates.behind(reply)}
    found = [path for path in site.templates.paths if site.templates.is_index(path, folders)]
    index = next((path for path in found if path in shown), found[0] if found else None)
    others = [path for path, reply in shown.items() if name_in(reply.text) is not None and path not in found]
    if not others or (index is not None and (index in shown or name_in(_alone(site, index)) is not None)):
        return index
    return others[0]


def _alone(site: Site, file: str) -> str:
    """Return what a template shows that is rendered by itself; nothing if it cannot be."""
    try:
        return site.render_alone(file).text
    except StudentFault:
        return ""


def _page_made_from(site: Site, file: str) -> Reply:
    """Return the page made from a template that shows the best name: as a route renders it, else rendered by itself."""
    replies = site.visit_all()
    made = [reply for reply in replies if file in site.templates.behind(reply)]
    stopped = [reply for reply in replies if file in _crashes_in(site, reply)]
    reply = max(made, key=_how_good_a_name, default=None) or next(iter(stopped), None) or site.render_alone(file)
    if reply.crash is not None:
        raise template_errors.ends_in_an_error(site, reply, file)
    return reply


def _how_good_a_name(reply: Reply) -> tuple[bool, bool, bool]:
    name = name_in(reply.text) or ""
    # "name" may come from the address that the grader visits
    is_own = bool(name) and not full_names.is_placeholder(name)
    return is_own, is_own and full_names.is_full(name), bool(name)


@activity.check(step="4", points=15, needs=loads)
def render(site: Site) -> None:
    """A route renders the template."""
    file = _template_with_line(site)
    if not any(_is_made_from(site, reply, file) for reply in site.visit_all()):
        raise template_rendering.not_rendered(site, file)


def _is_made_from(site: Site, reply: Reply, file: str | None = None) -> bool:
    """Whether a page is made from a template (from this one, if given), or crashes in one."""
    made_from = {*_crashes_in(site, reply), *site.templates.behind(reply)}
    return file in made_from if file is not None else bool(made_from)


def _crashes_in(site: Site, reply: Reply) -> list[str]:
    crash = reply.crash
    if crash is None:
        return []
    last = crash.last
    if (
        crash.type == "UnicodeDecodeError"
        and last
        and (last.file, last.line) in set(site.source.calls("render_template"))
    ):
        return [path for path, _, _ in site.templates.unreadable()]
    return [frame.file for frame in crash.frames if is_template(frame.file)]


@activity.check(step="3", points=10, needs=template)
def browser(browser: Visitor, site: Site) -> None:
    """In a browser the line is visible on the page."""
    replies = [reply for reply in site.visit_all() if reply.elsewhere is None]
    made_from_template = [reply.path for reply in replies if site.templates.behind(reply)]
    with_line = [reply.path for reply in replies if displays(reply.text, HELLO)]
    shown: list[str] = []
    is_drawn = False
    paths = dict.fromkeys([*made_from_template, *with_line])
    for path in paths:
        browser.forget()
        page = browser.visit(path, until=lambda page: bool(name_in(page.visible_text)))
        if name_in(page.visible_text):
            return
        is_drawn = is_drawn or bool(name_in(page.text))
        text = excerpt(page.visible_text)
        shown.append(f'{path} shows "{text}"' if text else f"{path} shows nothing")
    if not shown:
        raise template_rendering.not_rendered(site, _template_with_line(site))
    seen_from = [reply for reply in replies if reply.path in paths]
    raise unshown.not_seen(site, seen_from, shown, is_drawn=is_drawn, file=_template_with_line(site))


@activity.check(step="submission", points=6)
def document(document: Document) -> None:
    """A Word document with screenshots is handed in."""
    require_document(document)


screenshots(
    activity,
    needs=document,
    points=4,
    items={
        "shot-1-code": AskedPicture(
            "the modified code in VS Code (My first GET request)", code(FIRST, html=False), earlier=True
        ),
        "shot-1-browser": AskedPicture("the browser displaying My first GET request", page(None, FIRST)),
        "shot-2-code": AskedPicture(
            "the modified code in VS Code (My first GET request in HTML)", code(FIRST, html=True), earlier=True
        ),
        "shot-2-browser": AskedPicture("the browser displaying My first GET request in HTML", page(None, FIRST)),
        "shot-3": AskedPicture(
            "the browser displaying Hello, my name is <your_full_name>",
            page(None, HELLO),
            now=lambda site: " ".join(reply.text for reply in site.visit_all()),
            beside="browser-1",
        ),
        "shot-4": AskedPicture(
            "the edited app.py with the changed route",
            code(any_of("render_template", "send_from_directory"), "index.html"),
        ),
    },
)
