"""Where to look in a picture, and in which order: reading costs, and what is asked for is found soon."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from grader.document.ocr.line_finding import Box, meet, together
from grader.document.ocr.looking import TRACE, SeenInPicture, look_for
from grader.document.ocr.seeing import MOST_BLANK, Seen, same_line
from grader.model.items import ShownCode, ShownCookies, ShownPage, Shows
from grader.model.text import forms, squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.document.ocr.text_in_picture import TextInPicture

    Line = Sequence[int]

_NARROWEST = 0.33
"""Heights of a line: no letter of a font for screens is narrower, on average."""
_SHORTEST_ADDRESS, _SHORTEST_STATEMENT = 9, 5
_DEEPEST = 10
"""Heights of a line; a statement in four blocks is indented no further."""
_FEWEST_INDENTED = 4
_HEIGHTS_APART = 1.7
"""Letters of a program are all of one size; a line without tall ones is lower."""
_NEXT_ROW = 2.5
"""Heights of a line, from a tab to the address below it."""
_AS_WIDE = 0.75
_AT_A_TIME = 3
"""Lines that are read before it is seen whether they are enough."""
_MOST_LOOKS = 20
"""As each look is at all that was read, and a picture may have hundreds of lines."""
_MUCH_HIGHER = 1.35
"""Times the usual height of a program's lines: something else stands in such a line, too."""
_LONGEST_HEADING = 12
"""Heights of a line; no heading that browsers write above a column is longer."""
_WITH_TAILS = frozenset("gjpqy")
"""Letters that go below the line; a capital that does (Q) is not reckoned with."""


def glance(shows: Shows, text: TextInPicture, *, labelled: bool = False) -> SeenInPicture:
    """Look in a picture for what an item must show, reading no more of it than that takes.

    Where it is `labelled` as the item's, a cookie is gone that the browser's list is without, whatever the page beside
    it says of it, such as that it was removed.  A picture of something else counts for it only where the cookie's name
    stands nowhere: a page that displays the cookie shows that it is there.

    Raises `MachineFault`: the recogniser is installed, but does not start.
    """
    best = look_for(shows, Seen(()))
    for seen in _more_and_more(shows, text, labelled=labelled):
        found = look_for(shows, seen, labelled=labelled)
        if found.confirmed:
            return found
        best = found if len(found.lines) >= len(best.lines) else best
    return best


def _more_and_more(shows: Shows, text: TextInPicture, *, labelled: bool) -> Iterator[Seen]:
    """Yield what is seen in some lines, in more, in all of them, and in what a network finds."""
    boxes = text.lines
    lines = [tuple(line) for line in same_line(boxes)]
    read: list[int] = []

    def seen(some: Sequence[Line]) -> Seen:
        read.extend(number for line in some for number in line)
        return Seen(text.read(read))

    if isinstance(shows, ShownPage):
        yield from _page(shows, boxes, [line for line in lines if _holds(boxes, line, _SHORTEST_ADDRESS)], seen)
    elif isinstance(shows, ShownCode) and shows.view is not None:
        yield from _view(shows, boxes, lines, seen)
    elif isinstance(shows, ShownCode) and shows.without:
        yield from _without(shows, text, lines, seen)
    elif isinstance(shows, ShownCookies):
        yield from _cookies(shows, text, lines, seen, labelled=labelled)
    yield Seen(text.read(range(len(boxes))))
    yield Seen(text.by_network())


def _in_turn(
    lines: Sequence[Line], seen: Callable[[Sequence[Line]], Seen], at_a_time: int = _AT_A_TIME
) -> Iterator[Seen]:
    step = max(at_a_time, len(lines) // _MOST_LOOKS, 1)
    for start in range(0, len(lines), step):
        yield seen(lines[start : start + step])


def _page(
    shows: ShownPage, boxes: Sequence[Box], lines: Sequence[Line], seen: Callable[[Sequence[Line]], Seen]
) -> Iterator[Seen]:
    """Find the address first, then read on below it."""
    for place, line in enumerate(lines):
        so_far = seen([line])
        yield so_far
        if any(each.leads_to(shows.path, shows.port) for each in so_far.addresses):
            below = lines[place + 1 :]
            again = [other for other in below if _is_again(together(boxes, line), together(boxes, other))]
            yield from _in_turn([other for other in below if other not in again], seen)
            yield from _in_turn(again, seen)
            return


def _is_again(address: Box, line: Box) -> bool:
    """Whether a line may say what the one above it says: a tab without a title shows the address, too, and smaller."""
    is_next = line.top - address.bottom < _NEXT_ROW * address.height
    return is_next and any(
        _AS_WIDE < line.width / (larger * address.width) < 1 / _AS_WIDE for larger in (1, line.height / address.height)
    )


def _without(
    shows: ShownCode, text: TextInPicture, lines: Sequence[Line], seen: Callable[[Sequence[Line]], Seen]
) -> Iterator[Seen]:
    """Read first where what must not be there may stand, then on through the program until the rest is found."""
    boxes = text.lines
    fewest = min(len(squeeze(word)) for word in shows.without)
    able = [line for line in lines if _holds(boxes, line, fewest)]
    bodies, routes = ([line for line in some(lines, boxes) if line in able] for some in (_bodies, _routes))
    if all("_" in word for word in shows.without):
        usual = median(together(boxes, line).height for line in bodies) if bodies else 0

        def may_be_there(number: int) -> bool:
            return boxes[number].height > _MUCH_HIGHER * usual or text.below_letters(number).underscores

        seen([line for line in bodies if any(map(may_be_there, line))])
    else:
        seen(bodies)
    program = sorted({*bodies, *routes}, key=lambda line: together(boxes, line).top)
    yield from _in_turn(program, seen, 1)
    yield from _in_turn([line for line in able if line not in program], seen)


def _cookies(
    shows: ShownCookies,
    text: TextInPicture,
    lines: Sequence[Line],
    seen: Callable[[Sequence[Line]], Seen],
    *,
    labelled: bool,
) -> Iterator[Seen]:
    """Find the headings of the list first, and read what stands below them; then what may hold the name."""
    boxes = text.lines
    for row in _rows_of_a_table(lines, boxes):  # each has something in it
        for start in range(0, len(row), _AT_A_TIME):
            so_far = seen(row[start : start + _AT_A_TIME])
            columns = so_far.cookies.columns
            if columns and (labelled or not shows.gone):
                yield seen([line for line in lines if any(meet(together(boxes, line), each) for each in columns)])
                break
        if so_far.cookies.names:
            break
        if not shows.gone:
            yield so_far
    able = _where_its_name_may_be(shows.name, text, lines)
    yield from _in_turn(able, seen, len(able) if shows.gone else _AT_A_TIME)
    yield from _in_turn([line for line in lines if line not in able], seen)


def _where_its_name_may_be(cookie: str, text: TextInPicture, lines: Sequence[Line]) -> list[Line]:
    """Return the lines that may hold the beginning of a cookie's name."""
    able = [line for line in lines if _holds(text.lines, line, TRACE)]
    if _WITH_TAILS.isdisjoint(cookie[:TRACE]):
        return able
    return [line for line in able if any(text.below_letters(number).tails for number in line)]


def _view(
    shows: ShownCode, boxes: Sequence[Box], lines: Sequence[Line], seen: Callable[[Sequence[Line]], Seen]
) -> Iterator[Seen]:
    """Find the view's route first, then read on below it: to the view's end, all of which is compared with the code."""
    path = shows.view or ""
    fewest = min(len(form) for form in forms(squeeze(path)))
    able = [line for line in lines if _holds(boxes, line, fewest)]
    routes = [line for line in _routes(lines, boxes) if line in able]
    for line in [*routes, *(line for line in able if line not in routes)]:
        if seen([line]).view(path):
            inside, rest = _split(together(boxes, line), lines[lines.index(line) + 1 :], boxes)
            yield seen(inside)
            yield from _in_turn(rest, seen)
            return


def _split(route: Box, below: Sequence[Line], boxes: Sequence[Box]) -> tuple[list[Line], list[Line]]:
    """Part the lines below a route into those of its view and those after it, by how far they are indented."""
    inside: list[Line] = []
    indented, above = False, route.bottom
    below = [each for each in below if together(boxes, each).right > route.left]
    for place, line in enumerate(below):
        left, top, _, bottom = box = together(boxes, line)
        is_next = indented and abs(left - route.left) < route.height / 2
        if is_next or top - above > MOST_BLANK * box.height:
            return inside, list(below[place:])
        above = bottom
        indented = indented or route.height < left - route.left < _DEEPEST * route.height
        inside.append(line)
    return inside, []


def _routes(lines: Sequence[Line], boxes: Sequence[Box]) -> list[Line]:
    """Return what may be routes: each stands above the head of a function, below which there is something indented."""
    where = [together(boxes, line) for line in lines]
    found: list[Line] = []
    for place, route in enumerate(where):
        steps = [box.left - route.left for box in where[place + 1 :] if box.left > route.left - route.height / 3][:2]
        if len(steps) > 1 and steps[0] < route.height / 3 and route.height < steps[1] <= _DEEPEST * route.height:
            found.append(lines[place])
    return found


def _bodies(lines: Sequence[Line], boxes: Sequence[Box]) -> list[Line]:
    """Return what a program does, which is indented; menus, lists of files and bars beside it are no part of it.

    Where no edge is to be seen that it is indented from, any line may do something.
    """
    able = [(line, together(boxes, line)) for line in lines if _holds(boxes, line, _SHORTEST_STATEMENT)]
    where = [box for _, box in able]  # without the lines' numbers
    beside = {box: sum(abs(other.left - box.left) < other.height / 3 for other in where) for box in where}
    most = max(beside.values(), default=0)
    if most < _FEWEST_INDENTED:
        return list(lines)
    usual = next(box for box in where if beside[box] == most)
    often = [box for box in where if 2 * beside[box] >= most and beside[box] >= _FEWEST_INDENTED]
    edge = min(
        (box for box in often if 0 <= usual.left - box.left <= _DEEPEST * usual.height), key=lambda box: box.left
    )
    height = median(box.height for box in where if abs(box.left - edge.left) < box.height / 3)
    inside = [
        line
        for line, box in able
        if height / 3 <= box.left - edge.left <= _DEEPEST * height
        and 1 / _HEIGHTS_APART < box.height / height < _HEIGHTS_APART
    ]
    return inside if len(inside) >= _FEWEST_INDENTED else list(lines)


def _rows_of_a_table(lines: Sequence[Line], boxes: Sequence[Box]) -> list[list[Line]]:
    """Return what may be a list's headings and its entries, row by row, those with the most columns first."""
    rows: list[list[Line]] = []
    for line in lines:
        box = together(boxes, line)
        before = together(boxes, rows[-1][0]) if rows else None
        if before is not None and before.top < (box.top + box.bottom) / 2 < before.bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    of_headings = [[line for line in row if len(line) > 1 or not _is_long(together(boxes, line))] for row in rows]
    several = [row for row in of_headings if sum(map(len, row)) > 1]
    return sorted(several, key=len, reverse=True)[: len(rows) // 2]


def _is_long(box: Box) -> bool:
    """Whether a line is too long for a heading of a list, as an address is."""
    return box.width > _LONGEST_HEADING * box.height


def _holds(boxes: Sequence[Box], line: Line, letters: int) -> bool:
    """Whether a line is long enough to hold so many letters."""
    box = together(boxes, line)
    return box.width >= _NARROWEST * letters * min(boxes[number].height for number in line)
