"""What can be made out in a picture from the text read in it: addresses, code, lists of cookies, and the rest."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from grader.document.ocr.misreading import fold, same_words, stands_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.document.ocr.recognition import Reading, TextLine

_GAP = 1.5
"""Heights of a line.  Pieces nearer to each other than this are one line; columns of a table are farther apart."""

_LINE_NUMBER = re.compile(r"^\d{1,4}\s+(?=\D)")
_CODE = re.compile(
    r"^\W{0,3}(?:from\s*\w+\s*import|import\s*\w|def\s*\w|class\s+\w+|return\b|try\s*:|except\b|else\s*:|with\s+open)"
    r"|^\s*[#'\"]|^[\w.]+\s*=\s*\S|\w\.\w+\(|^\W?app\s*[.,]?\s*route|make_?response|set_?cookie|delete_?cookie"
    r"|render_?template|app\.run|__?name",
    re.IGNORECASE,
)
_FEWEST_LINES_OF_CODE = 2
_TAG = re.compile(
    r"[<\u2039\u3008\uff1c]\s*/?\s*!?(?:h[1-6l]|p|b|i|u|div|span|html|body|head|title|center|strong|em|font|br|main|section|doctype)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"'\u2018-\u201f<>(){}=]")

_HOST = r"(?:[l1i|]oca[l1i|]h[o0]st|\d{1,3}(?:\.\d{1,3}){3}|(?:[\w-]+\.)+(?:dev|app|io|com|net|org|edu|me))(?![a-z])"
_PORT = r"(?P<port>\d{2,5}(?!\d))"
_ADDRESS = re.compile(
    rf"^\W*(?:\w{{1,2}}\W+)?(?:https?\W{{0,4}})?{_HOST}\s*[:;.,]?\s*{_PORT}?(?P<rest>.*)$", re.IGNORECASE
)
_LOG = re.compile(r"^\s*-\s*-?\s*\[")

# What browsers write around their lists of cookies: developer tools of Chromium, Firefox and Safari, and settings.
_HEADINGS = (
    *("domain", "path", "expires", "expires max-age", "http only", "secure", "same site", "size", "content"),
    *("created", "send for", "accessible to script", "last accessed", "priority", "host only"),
)
_SURROUNDINGS = (
    *("name", "value", "storage", "local storage", "session storage", "extension storage", "cache storage"),
    *("indexed db", "cookies", "application", "cookies and site data", "site data", "locally stored data"),
    *("remove all", "clear all", "delete all", "only show cookies with an issue", "done", "blocked", "allowed"),
)
_SAYS_OF_ITSELF = ("locally stored data", "cookies in use", "cookie in use", "cookies and site data")
_SAYS_NONE = ("no data present for selected host", "no cookies", "no sites found", "0 cookies in use")
_FEWEST_SURROUNDINGS = 3
_FEWEST_HEADINGS = 2


class Address(NamedTuple):
    """An address of a page, as a browser shows it."""

    text: str
    port: int | None
    rest: str

    def leads_to(self, path: str | None, port: int | None) -> bool:
        """Whether it is the address of this path and port; None stands for any."""
        if port is not None and self.port != port:
            return False
        if path is None:
            return True
        rest, wanted = fold(self.rest), fold(path)
        if not wanted:
            return len(rest) <= 1  # a bookmark's star is read as a letter
        return same_words(wanted, rest[: len(wanted) + 1]) or same_words(wanted, rest[: len(wanted)])


class Seen:
    """What a picture shows, as far as its text tells."""

    def __init__(self, reading: Reading) -> None:
        self._pieces = reading
        self.lines = _joined(reading)
        """The text, line by line, from top to bottom; pieces that stand close to each other are one line."""

    @cached_property
    def addresses(self) -> list[Address]:
        """What stands in address bars."""
        matches = [(line, _ADDRESS.match(line)) for line in self.lines if not is_code(line)]
        return [
            Address(line, int(match["port"]) if match["port"] else None, match["rest"])
            for line, match in matches
            if match and not _LOG.match(match["rest"])
        ]

    @cached_property
    def has_code(self) -> bool:
        """Whether there is Python code on it."""
        return sum(map(is_code, self.lines)) >= _FEWEST_LINES_OF_CODE

    def view(self, path: str) -> list[str]:
        """Return the lines of the view of a path: from its route, or the function of that name, to the next route."""
        name = path.strip("/")
        found: list[str] = []
        inside = routed = False
        for line in self.lines:
            plain = fold(without_number(line))
            is_route = "approute" in plain[:12]
            is_function = plain.startswith("def") and is_code(line)
            if is_route or (is_function and not routed):
                inside = stands_in(name, line)
            elif plain.startswith(("lfname", "apprun")):
                inside = False
            routed = is_route or (routed and not is_function)
            if inside:
                found.append(line)
        return found

    @cached_property
    def is_about_cookies(self) -> bool:
        """Whether a browser's storage or settings can be seen."""
        texts = [piece.text for piece in self._pieces]
        hits = {each for each in (*_HEADINGS, *_SURROUNDINGS) if any(same_words(each, text) for text in texts)}
        hits |= {each for each in _SAYS_OF_ITSELF if any(stands_in(each, text) for text in texts)}
        return len(hits) >= _FEWEST_SURROUNDINGS

    @cached_property
    def lists_cookies(self) -> bool:
        """Whether there is a list of cookies, even an empty one, and not only the way to it."""
        texts = [piece.text for piece in self._pieces]
        headings = [each for each in _HEADINGS if any(same_words(each, text) for text in texts)]
        says = any(stands_in(each, text) for each in (*_SAYS_OF_ITSELF, *_SAYS_NONE) for text in texts)
        return self.is_about_cookies and (len(headings) >= _FEWEST_HEADINGS or says)


def is_code(line: str) -> bool:
    """Whether a line is one of a Python program."""
    return _CODE.search(_LINE_NUMBER.sub("", line)) is not None


def is_quoted(line: str) -> bool:
    """Whether a line can be a piece of a program, and not only what a page displays."""
    return is_code(line) or _QUOTED.search(line) is not None


def is_comment(line: str) -> bool:
    """Whether a line of a program does nothing."""
    return without_number(line).lstrip().startswith("#")


def is_marked_up(line: str) -> bool:
    """Whether there is an HTML tag on a line."""
    return _TAG.search(line) is not None


def without_number(line: str) -> str:
    """Return a line of code without its number in front."""
    return _LINE_NUMBER.sub("", line)


def _joined(reading: Reading) -> list[str]:
    lines: list[str] = []
    for row in _rows(reading):
        lines.append(row[0].text)
        for before, piece in pairwise(row):
            near = piece.left - before.right < _GAP * (before.bottom - before.top)
            if near:
                lines[-1] += f" {piece.text}"
            else:
                lines.append(piece.text)
    return lines


def _rows(reading: Reading) -> list[Sequence[TextLine]]:
    """Sort pieces of text into rows, each from left to right."""
    rows: list[list[TextLine]] = []
    for piece in sorted(reading, key=lambda each: (each.top + each.bottom, each.left)):
        middle = (piece.top + piece.bottom) / 2
        last = rows[-1][0] if rows else None
        if last is not None and last.top <= middle <= last.bottom and piece.top <= (last.top + last.bottom) / 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda each: each.left) for row in rows]
