"""HTML as a person sees it: its words, without scripts, styles, comments and the title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.rubric.text import displays

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_UNSEEN = "head, script, style, template, noscript, title, [hidden], [style*='display:none'], [style*='display: none']"
_BLOCKS = (
    "address, article, aside, blockquote, br, dd, div, dl, dt, fieldset, figcaption, figure, footer, form, h1, h2, h3, "
    "h4, h5, h6, header, hr, li, main, nav, ol, p, pre, section, table, td, th, tr, ul"
)
_LINE_BREAK = "\x1e"  # a line end in the source is but a space on the page


def html_to_text(html: str) -> str:
    """Return what the page shows, a line for each block."""
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(html.replace(_LINE_BREAK, " "))
    _remove_unseen(page)
    for block in page.css(_BLOCKS):
        block.insert_before(_LINE_BREAK)
        block.insert_after(_LINE_BREAK)
    body = page.body
    lines = (" ".join(line.split()) for line in (body.text() if body else "").split(_LINE_BREAK))
    return "\n".join(line for line in lines if line)


def marked_up(html: str, words: str) -> bool:
    """Whether the page displays ``words`` by means of HTML: in an element, or beside one."""
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(html)
    _remove_unseen(page)
    body = page.body
    if body is None or not displays(body.text(), words):
        return False
    return any(node.tag not in {"html", "head", "body"} for node in page.css("*")) or "<body" in html.lower()


def _remove_unseen(page: LexborHTMLParser) -> None:
    for node in page.css(_UNSEEN):
        node.decompose()
