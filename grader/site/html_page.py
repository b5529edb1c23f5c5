"""HTML as a person sees it: its words, without scripts, styles, comments and the title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.model.text import displays

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NEVER_SEEN = (
    "head, script, style, template, noscript, title, datalist, "
    "iframe, video, audio, canvas"  # what stands in these is shown by browsers that do not know them
)
_UNSEEN = f"{_NEVER_SEEN}, [hidden], [style*='display:none' i], [style*='display: none' i]"
_BLOCKS = (
    "address, article, aside, blockquote, br, dd, div, dl, dt, fieldset, figcaption, figure, footer, form, h1, h2, h3, "
    "h4, h5, h6, header, hr, li, main, nav, ol, option, p, pre, section, summary, table, td, th, tr, ul"
)
_SHOWS_NO_TEXT = frozenset(
    {"hidden", "password", "checkbox", "radio", "file", "image", "range", "color"}
    | {"date", "datetime-local", "month", "time", "week"}
)
_LINE_BREAK = "\x1e"  # a line end in the source is but a space on the page
_TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
_ENDED = (
    *("title", "style", "script", "noscript", "template", "iframe", "textarea", "select", "datalist", "object"),
    *("video", "audio", "canvas", "svg"),
)
_SWALLOWING = [
    (re.compile("<!--"), re.compile("--!?>")),
    *((re.compile(rf"<{tag}(?=[\s>])", re.IGNORECASE), re.compile(rf"</{tag}[\s>]", re.IGNORECASE)) for tag in _ENDED),
]
# Parsing takes time with the square of the elements in each other, and of the attributes of one element, and nothing
# can interrupt it.
_LONG = 50_000
_LONGEST = 1_000_000
_MOST_TAGS = 10_000
_PICTURE = re.compile(r"[^\s<>]{1000,}")
_ENDLESS_TAG = re.compile(r"<[^<>]{10000,}")


def html_to_text(html: str, *, with_hidden: bool = False) -> str:
    """Return what the page shows, a line for each block; `with_hidden`: and what a script of it may show."""
    page = parse_page(html.replace(_LINE_BREAK, " "))
    _remove_unseen(page, _NEVER_SEEN if with_hidden else _UNSEEN)
    for block in page.css(_BLOCKS):
        block.insert_before(_LINE_BREAK)
        block.insert_after(_LINE_BREAK)
    for field in page.css("input, textarea[placeholder]"):
        field.insert_after(_shown_in(field))
    body = page.body
    lines = (" ".join(line.split()) for line in (body.text() if body else "").split(_LINE_BREAK))
    return "\n".join(line for line in lines if line)


def parse_page(html: str) -> LexborHTMLParser:
    """Return a page as a tree of elements; of one too large to be a student's its beginning."""
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(_within_bounds(html))


def _within_bounds(html: str) -> str:
    """Return as much of a page as can be parsed in a second or two, without pictures that are written into it."""
    if len(html) <= _LONG:
        return html
    kept = _ENDLESS_TAG.sub("", _PICTURE.sub("", html))[:_LONGEST]
    return "<".join(kept.split("<", _MOST_TAGS)[:_MOST_TAGS])


def marked_up(html: str, words: str) -> bool:
    """Whether the page displays ``words`` by means of HTML: in an element, or beside one."""
    return _TAG.search(html) is not None and displays(html_to_text(html), words)


def _remove_unseen(page: LexborHTMLParser, unseen: str) -> None:
    for node in page.css(unseen):
        node.decompose()
    for choices in page.css("select:not([multiple]):not([size])"):  # it folds up: only what is chosen is shown
        options = choices.css("option")
        chosen = next((option for option in reversed(options) if "selected" in option.attributes), None)
        for option in options:
            if option != (chosen or options[0]):
                option.decompose()


def swallowed_by(html: str, before: int) -> tuple[str, int] | None:
    """Return what a browser takes the rest of a page for, for want of its end, and its line: ``<title>``, a comment.

    Parameters
    ----------
    before
        The place of the words that are not seen; what begins after them has not swallowed them.
    """
    for begins, ends in _SWALLOWING:
        opened = [match for match in begins.finditer(html) if match.start() < before]
        if opened and not ends.search(html, opened[-1].end()):
            mark = opened[-1]
            return mark[0] if mark[0] == "<!--" else f"{mark[0]}>", html.count("\n", 0, mark.start()) + 1
    return None


def _shown_in(field: LexborNode) -> str:
    """Return what a form field shows: its value, else what it asks for; a text area's value is its text."""
    if field.tag == "textarea":
        return "" if field.text() else f" {field.attributes.get('placeholder') or ''} "
    kind = (field.attributes.get("type") or "").lower()
    shown = field.attributes.get("value") or field.attributes.get("placeholder") or ""
    return "" if kind in _SHOWS_NO_TEXT else f" {shown} "
