"""What can be made out in a picture from the text read in it: addresses, code, lists of cookies, and the rest."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from grader.document.ocr.cookie_lists import CookieLists
from grader.document.ocr.line_finding import Box, around, meet
from grader.document.ocr.misreading import fold, same_words, stands_in
from grader.model.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.document.ocr.recognition import Reading, TextLine
    from grader.model.outcome import Region

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
_ICON = 2
_ROUTE = re.compile(
    r"^\W{0,3}\w*\s*[.,]?\s*(?:r[o0]ute|get|post|put|delete|add_?ur[l1]_?ru[l1]e)\s*[({\[]?\s*[\"'\u2018-\u201f/]",
    re.IGNORECASE,
)
_VIEW_FUNCTION = re.compile(r"(?:view_?func\s*=|['\"]\s*,)\s*(\w+)\s*\W*$", re.IGNORECASE)
_FUNCTION = re.compile(r"^\W{0,2}(?:async\s+)?def\s*(\w+)", re.IGNORECASE)
_TAG = re.compile(
    r"[<\u2039\u3008\uff1c]\s*/?\s*!?(?:h[1-6l]|p|b|i|u|div|span|html|body|head|title|center|strong|em|font|br|main|section|doctype)\b",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"[<\u2039\u3008\uff1c]\s*/?\s*[a-z][^<>]{0,60}[>\u203a\u3009\uff1e]", re.IGNORECASE)
MOST_BLANK = 8.0
"""Heights of a line, between two of one view; what stands further below is a terminal or an editor's bar."""
_LINES_APART = 1.2
"""Heights of a line, between two that belong together."""
_QUOTED = re.compile(r"[\"'\u2018-\u201f<>(){}=]")

_HOST = r"(?:[l1i|]oca[l1i|]h[o0]st|\d{1,3}(?:\.\d{1,3}){3}|(?:[\w-]+\.)+(?:dev|app|io|com|net|org|edu|me))(?![a-z])"
_PORT = r"(?P<port>\d{2,5}(?!\d))"
_ICONS = r"\W*(?:[^\W_]{1,2}\W+){0,4}[^\W\d_]?"
"""Arrows, reload and bookmark beside the address are read as letters or signs, with a space after them or without."""
_NOT_SECURE = (
    r"(?:(?:not secure|nicht sicher|no (?:es )?seguro|non s[ée]curis[ée]|n[ãa]o seguro|non sicuro|onveilig|inte säker"
    r"|不安全|安全ではありません|保護されていない通信|주의 요함|не защищено|güvenli değil|niezabezpieczona)"
    r"\W*(?:[Il1]\W+)?)?"
)
_ADDRESS = re.compile(
    rf"^{_ICONS}{_NOT_SECURE}(?:https?\W{{0,4}})?{_HOST}\s*[:;.,]?\s*{_PORT}?(?P<rest>.*)$", re.IGNORECASE
)
_LOG = re.compile(r"^\s*-\s*-?\s*\[")


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
        if not wanted:  # bookmarks and menus beside it are read as a letter or two each
            return not re.match(r"\s*/\s*\w", self.rest) and all(len(fold(each)) <= _ICON for each in self.rest.split())
        return same_words(wanted, rest[: len(wanted) + 1]) or same_words(wanted, rest[: len(wanted)])


class Seen:
    """What a picture shows, as far as its text tells."""

    def __init__(self, reading: Reading) -> None:
        self._pieces = reading
        joined = same_line(reading)
        self.lines = [" ".join(reading[number].text for number in line) for line in joined]
        """The text, line by line, from top to bottom; pieces that stand close to each other are one line."""
        self._joined = joined
        self._boxes = [around(Box(*reading[number][1:5]) for number in line) for line in joined]

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

    @cached_property
    def paragraphs(self) -> list[str]:
        """Pieces of text that go on below each other: a narrow page breaks its sentences beside other columns."""
        return [" ".join(piece.text for piece in run) for run in self._runs]

    @cached_property
    def _runs(self) -> list[list[TextLine]]:
        runs: list[list[TextLine]] = []
        for piece in sorted(self._pieces, key=lambda each: each.top):
            run = next((each for each in reversed(runs) if _goes_on_below(each[-1], piece)), None)
            if run is None:
                runs.append([piece])
            else:
                run.append(piece)
        return [run for run in runs if len(run) > 1]

    def places(self, texts: Iterable[str]) -> tuple[Region, ...]:
        """Return where in the picture some of the lines or paragraphs stand."""
        wanted = set(texts)
        lines = zip(self.lines, ([self._pieces[number] for number in line] for line in self._joined), strict=True)
        paragraphs = zip(self.paragraphs, self._runs, strict=True)
        found = (place_around(pieces) for text, pieces in (*lines, *paragraphs) if text in wanted)
        return tuple(dict.fromkeys(place for place in found if place is not None))

    @cached_property
    def code(self) -> list[str]:
        """The lines of a program: those that look like it, and what stands among them, such as a text of many lines."""
        lines = list(zip(self.lines, self._boxes, strict=True))
        of_code = [box for line, box in lines if is_code(line)]
        if not of_code:
            return [line for line in self.lines if is_quoted(line)]
        left, indented = min(each.left for each in of_code), max(each.left for each in of_code)

        def in_column(box: Box) -> bool:
            return left - box.height <= box.left <= indented + 4 * box.height

        top = min(each.top for each in of_code)
        bottom = max(box.bottom for line, box in lines if is_quoted(line) and in_column(box))
        return [line for line, box in lines if is_quoted(line) or (in_column(box) and top <= box.top < bottom)]

    def view(self, path: str) -> list[str]:
        """Return the lines of the view of a path: from its route, or the function of that name, to the next route."""
        name = path.strip("/")
        functions = {fold(each) for each in self._added_by_rule(name)}
        found: list[str] = []
        inside = routed = False
        left = above = 0.0
        for line, box in zip(self.lines, self._boxes, strict=True):
            plain = without_number(line)
            is_route = _is_route(plain)
            function = _FUNCTION.match(plain)
            if is_route or (function and not routed):
                added = function is not None and fold(function[1]) in functions
                inside = (stands_in(name, line) or added) and (added or not _by_rule(plain))
                left, above = box.left - box.height / 2, box.bottom
            elif fold(plain).startswith(("lfname", "apprun")):
                inside = False
            routed = (is_route and not _by_rule(plain)) or (routed and function is None)
            inside = inside and box.top - above < MOST_BLANK * box.height
            if inside and box.left >= left:  # further left, other parts of the window are in the same rows
                found.append(line)
                above = box.bottom
        return found

    def _added_by_rule(self, name: str) -> list[str]:
        """Return the functions that ``add_url_rule`` makes the view of a path."""
        rules = (_VIEW_FUNCTION.search(line) for line in self.lines if _by_rule(line) and stands_in(name, line))
        return [rule[1] for rule in rules if rule]

    @cached_property
    def cookies(self) -> CookieLists:
        """The browser's lists of cookies."""
        return CookieLists(self._pieces)

    def within(self, columns: Sequence[Box]) -> list[str]:
        """Return the lines that reach into any of these columns."""
        lines = zip(self.lines, self._boxes, strict=True)
        return [line for line, box in lines if any(meet(box, column) for column in columns)]


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


def _is_route(line: str) -> bool:
    return "approute" in fold(line)[:12] or _ROUTE.match(line) is not None


def _by_rule(line: str) -> bool:
    return "addurlrule" in squeeze(line).replace("1", "l")


def without_tags(line: str) -> str:
    """Return a line without the HTML tags on it, as a page shows it."""
    return _ANY_TAG.sub(" ", line)


def place_around(pieces: Sequence[TextLine]) -> Region | None:
    """Return the smallest place in the picture that holds pieces of text; None where nobody can tell."""
    places = [piece.place for piece in pieces if piece.place is not None]
    if not places:
        return None
    lefts, tops, rights, bottoms = zip(*places, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _goes_on_below(one: TextLine, other: TextLine) -> bool:
    height = one.bottom - one.top
    near = -0.5 * height < other.top - one.bottom < _LINES_APART * height
    return near and abs(one.left - other.left) < height and abs(other.bottom - other.top - height) < height / 2


def same_line(pieces: Sequence[Box | TextLine]) -> list[list[int]]:
    """Return which pieces make each line, from top to bottom: those that stand close to each other."""
    lines: list[list[int]] = []
    for row in _rows(pieces):
        lines.append([row[0]])
        for before, number in pairwise(row):
            one, other = pieces[before], pieces[number]
            if other.left - one.right < _GAP * (one.bottom - one.top):
                lines[-1].append(number)
            else:
                lines.append([number])
    return lines


def _rows(pieces: Sequence[Box | TextLine]) -> list[list[int]]:
    """Sort pieces of text into rows, each from left to right."""
    rows: list[list[int]] = []

    def by_middle(number: int) -> tuple[int, int]:
        return pieces[number].top + pieces[number].bottom, pieces[number].left

    for number in sorted(range(len(pieces)), key=by_middle):
        piece = pieces[number]
        middle = (piece.top + piece.bottom) / 2
        last = pieces[rows[-1][0]] if rows else None
        if last is not None and last.top <= middle <= last.bottom and piece.top <= (last.top + last.bottom) / 2:
            rows[-1].append(number)
        else:
            rows.append([number])
    return [sorted(row, key=lambda each: pieces[each].left) for row in rows]
