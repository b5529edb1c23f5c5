"""A web page or plain text that a document takes in: its lines, and the pictures that are written into it."""

from __future__ import annotations

import base64
import binascii
import email.message
import email.policy
import re
import zlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.document.word.flow import Crop, Flow, NumberedLine, Placed
from grader.document.word.markup import MOST_BYTES, integer
from grader.document.word.opening_docx import Limits, PartError

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from grader.document.word.bounds import Bounds

_BREAK, _PICTURE = "\ue000", "\ue001"  # of no page's own: they are taken out of it first
_BLOCKS = (
    "address, article, blockquote, br, caption, dd, div, dl, dt, figcaption, figure, footer, h1, h2, h3, h4, h5, h6, "
    "header, hr, li, main, nav, ol, p, pre, section, table, td, th, tr, ul"
)
_UNSEEN = "head, script, style, template, title"
_LONGEST_LINE = 400
_PIXELS_PER_INCH = 96
_WRITTEN_IN = re.compile(r"\s*data:image/([a-z]+)[^,]{0,100};base64,", re.IGNORECASE)


@dataclass
class _Files:
    """The pictures that come with a page, as the parts of a document hold its own."""

    shown_as: str
    limits: Limits
    by_name: dict[str, bytes] = field(default_factory=dict)

    def read(self, name: str) -> bytes:
        return self.by_name[name]

    def fingerprint(self, name: str) -> tuple[int, int]:
        return zlib.crc32(self.by_name[name]), len(self.by_name[name])  # a zip's is the same for the same file


def read_page(data: bytes, name: str, bounds: Bounds) -> Flow:
    """Return what a reader meets in a file that is no document: HTML, HTML with its pictures (MHTML), plain text.

    Parameters
    ----------
    name
        The file's, of which the ending counts.
    bounds
        Of the document that takes it in.

    Raises
    ------
    PartError
        It is in another format, or more than anybody writes.
    TooMuchError
        There are too many pictures.
    """
    if len(data) > MOST_BYTES:
        raise PartError("too much text in it")
    files = _Files(bounds.shown_as, bounds.limits)
    ending = name.rpartition(".")[2].lower()
    start = data[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"mime-version", b"from:", b"content-type:")) or ending in ("mht", "mhtml", "eml"):
        return _page(_unpacked(data, files), files, bounds)
    if start.startswith((b"<!doctype html", b"<html")) or ending in ("htm", "html", "xhtml"):
        return _page(_decoded(data), files, bounds)
    if ending == "txt":
        return [NumberedLine(words, None) for line in _decoded(data).splitlines() if (words := _words(line))]
    raise PartError("another format")


def _unpacked(data: bytes, files: _Files) -> str:
    """Return the page of an MHTML file, and keep the pictures that come with it."""
    html: str | None = None
    try:
        for part in email.message_from_bytes(data, email.message.EmailMessage, policy=email.policy.default).walk():
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes):
                continue
            if part.get_content_type() in ("text/html", "application/xhtml+xml") and html is None:
                html = _decoded(content, part.get_content_charset() or "")
            elif part.get_content_maintype() == "image":
                names = (str(part.get(header, "")).strip().strip("<>") for header in ("Content-Location", "Content-ID"))
                files.by_name.update({name: content for name in names if name})
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError) as error:  # as email has it
        raise PartError("a broken web archive") from error
    if html is None:
        raise PartError("no page in it")
    return html


def _decoded(data: bytes, charset: str = "") -> str:
    for encoding in (charset, "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"):
        with suppress(UnicodeDecodeError, LookupError, ValueError):
            return data.decode(encoding)
    return data.decode("cp1252", "replace")


def _page(html: str, files: _Files, bounds: Bounds) -> Flow:
    from selectolax.lexbor import LexborHTMLParser

    bounds.count_tags(html.count("<"))
    page = LexborHTMLParser(html.replace(_BREAK, " ").replace(_PICTURE, " "))
    for node in page.css(_UNSEEN):
        node.decompose()
    placed: list[Placed] = []
    for image in page.css("img"):
        bounds.count_picture()
        placed.append(_placed(image, files, len(placed)))
        image.insert_before(f"{_BREAK}{_PICTURE}{_BREAK}")
    for block in page.css(_BLOCKS):
        block.insert_before(_BREAK)
        block.insert_after(_BREAK)
    _number(page)
    pictures = iter(placed)
    pieces = (page.body.text() if page.body else "").split(_BREAK)
    return [
        next(pictures) if piece == _PICTURE else NumberedLine(words, None)
        for piece in pieces
        if piece == _PICTURE or (words := _words(piece))
    ]


def _number(page: LexborHTMLParser) -> None:
    """Write the numbers of lists in front of their items, where readers see them."""
    numbers: Counter[int] = Counter()
    for entry in page.css("ol > li"):
        ordered = entry.parent
        if ordered is None or entry.child is None:
            continue
        key = ordered.mem_id
        if key not in numbers:
            numbers[key] = integer(ordered.attributes.get("start"), 1) - 1
        numbers[key] = integer(entry.attributes.get("value"), numbers[key] + 1)
        entry.child.insert_before(f"{numbers[key]}. ")


def _placed(image: LexborNode, files: _Files, number: int) -> Placed:
    source = image.attributes.get("src") or ""
    name: str | None = source.removeprefix("cid:")
    written = _WRITTEN_IN.match(source)
    if written:
        name = f"{number}.{written[1].lower()}"
        try:
            files.by_name[name] = base64.b64decode(source[written.end() :])
        except (binascii.Error, ValueError):
            name = None
    elif name not in files.by_name:
        name = None
    width, height = (integer(image.attributes.get(side)) / _PIXELS_PER_INCH for side in ("width", "height"))
    return Placed(files, name, name is None and not written, Crop(), (width, height) if width and height else None)


def _words(line: str) -> str:
    return " ".join(line[:_LONGEST_LINE].split())
