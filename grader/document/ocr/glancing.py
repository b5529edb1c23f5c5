"""Where to look in a picture, and in which order: reading costs, and what is asked for is found soon."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from grader.document.ocr.line_finding import together
from grader.document.ocr.looking import look_for
from grader.document.ocr.seeing import Seen, same_line
from grader.model.items import ShownCode, ShownCookies, ShownPage
from grader.model.text import forms, squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.document.ocr.line_finding import Box
    from grader.document.ocr.looking import SeenInPicture
    from grader.document.ocr.text_in_picture import TextInPicture
    from grader.model.items import Shows

    Line = Sequence[int]

_NARROWEST = 0.33
"""Heights of a line: no letter of a font for screens is narrower, on average."""
_SHORTEST_ADDRESS = 9
_DEEPEST = 10
"""Heights of a line; a statement in four blocks is indented no further."""
_FEWEST_INDENTED = 4
_AT_A_TIME = 3
"""Lines that are read before it is seen whether they are enough."""


def glance(shows: Shows, text: TextInPicture) -> SeenInPicture:
    """Look in a picture for what an item must show, reading no more of it than that takes.

    Raises
    ------
    MachineFault
        The recogniser is installed, but does not start.

    """
    best = look_for(shows, Seen(()))
    for seen in _more_and_more(shows, text):
        found = look_for(shows, seen)
        if found.confirmed:
            return found
        best = found if len(found.lines) >= len(best.lines) else best
    return best


def _more_and_more(shows: Shows, text: TextInPicture) -> Iterator[Seen]:
    """Yield what is seen in some lines, in more, in all of them, and in what a network finds."""
    boxes = text.lines
    lines = [tuple(line) for line in same_line(boxes)]
    read: list[int] = []

    def seen(some: Sequence[Line]) -> Seen:
        read.extend(number for line in some for number in line)
        return Seen(text.read(read))

    if isinstance(shows, ShownPage):
        yield from _in_turn([line for line in lines if _holds(boxes, line, _SHORTEST_ADDRESS)], seen)
    elif isinstance(shows, ShownCode) and shows.view is not None:
        yield from _view(shows, boxes, lines, seen)
    elif isinstance(shows, ShownCode) and shows.without:
        fewest = min(len(squeeze(word)) for word in shows.without)
        able = [line for line in lines if _holds(boxes, line, fewest)]
        bodies = _in_bodies(able, boxes)
        yield seen(bodies)
        yield from _in_turn([line for line in able if line not in bodies], seen)
    elif isinstance(shows, ShownCookies) and not shows.gone:
        rows = _rows(lines, boxes)
        for start in range(0, len(rows) // 2, 2):
            yield seen([line for row in rows[start : start + 2] for line in row])
    yield Seen(text.read(range(len(boxes))))
    yield Seen(text.by_network())


def _in_turn(lines: Sequence[Line], seen: Callable[[Sequence[Line]], Seen]) -> Iterator[Seen]:
    for start in range(0, len(lines), _AT_A_TIME):
        yield seen(lines[start : start + _AT_A_TIME])


def _view(
    shows: ShownCode, boxes: Sequence[Box], lines: Sequence[Line], seen: Callable[[Sequence[Line]], Seen]
) -> Iterator[Seen]:
    """Find the view's route first, then read on below it: to the view's end, all of which is compared with the code."""
    path = shows.view or ""
    fewest = min(len(form) for form in forms(squeeze(path)))
    for place, line in enumerate(lines):
        if _holds(boxes, line, fewest) and seen([line]).view(path):
            inside, rest = _split(together(boxes, line), lines[place + 1 :], boxes)
            yield seen(inside)
            yield from _in_turn(rest, seen)
            return


def _split(route: Box, below: Sequence[Line], boxes: Sequence[Box]) -> tuple[list[Line], list[Line]]:
    """Part the lines below a route into those of its view and those after it, by how far they are indented."""
    inside: list[Line] = []
    indented = False
    below = [each for each in below if together(boxes, each).right > route.left]
    for place, line in enumerate(below):
        left = together(boxes, line).left
        if indented and abs(left - route.left) < route.height / 2:
            return inside, list(below[place:])
        indented = indented or route.height < left - route.left < _DEEPEST * route.height
        inside.append(line)
    return inside, []


def _in_bodies(lines: Sequence[Line], boxes: Sequence[Box]) -> list[Line]:
    """Leave out what stands at a program's left edge: imports, routes, heads of functions; what they do is indented."""
    if not lines:
        return []
    lefts = [together(boxes, line).left for line in lines]
    height = median(together(boxes, line).height for line in lines)

    def near(left: float) -> int:
        return sum(abs(each - left) < height / 3 for each in lefts)

    edges = sorted(set(lefts), key=lambda left: (-near(left), left))
    edge = edges[0]
    other = next((left for left in edges if abs(left - edge) > height), edge)
    if near(other) < _FEWEST_INDENTED or abs(other - edge) > _DEEPEST * height:
        return list(lines)
    edge = min(edge, other)
    return [line for line, left in zip(lines, lefts, strict=True) if abs(left - edge) >= height / 3]


def _rows(lines: Sequence[Line], boxes: Sequence[Box]) -> list[list[Line]]:
    """Return the lines row by row, those with the most columns first: a list's headings and its entries."""
    rows: list[list[Line]] = []
    for line in lines:
        box = together(boxes, line)
        before = together(boxes, rows[-1][0]) if rows else None
        if before is not None and before.top < (box.top + box.bottom) / 2 < before.bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return sorted(rows, key=len, reverse=True)


def _holds(boxes: Sequence[Box], line: Line, letters: int) -> bool:
    """Whether a line is long enough to hold so many letters."""
    box = together(boxes, line)
    return box.width >= _NARROWEST * letters * min(boxes[number].height for number in line)
