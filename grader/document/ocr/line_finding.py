"""Finding the lines of text in a screenshot, without a network: on a screen, letters have edges and stand in rows.

It takes a hundredth of the time that a network takes, and overlooks less.  A photograph of a screen has edges
everywhere or nowhere: what is not made out here is left to the network (`recognition.py`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from grader.document.ocr.condensing import Pixels

_EDGE = 48
"""Levels of 255 from one pixel to the next.  JPEG's noise is below 30, thin grey letters on white have 60."""
_STRAIGHT = 45
"""Pixels.  Longer straight edges are of borders and boxes; letters of a heading have shorter ones."""
_CLOSE = 7
"""Pixels between the letters of a word, at most."""
_TALLEST = 90
_LOWEST = 6
"""Pixels.  Lower pieces are dots, dashes and underscores: they belong to the line that they stand in."""

_WORDS_APART = 1.0
_DOTS_APART = 0.6
_ABOVE, _BELOW = 0.25, 0.35
"""Heights of a line: a quote stands so far above its letters, an underscore so far below."""
_ROWS_IN_COMMON = 0.6
_HEIGHTS_APART = 2.6

_LOWEST_CLEAR = 10
"""Pixels.  Of lower lines nothing is clear."""
_HIGHEST_FOOT, _ON_ONE_FOOT = 0.6, 0.25
"""Heights of a line, from its top, and share of its columns: where letters stand, some of them a pixel lower."""
_LONGEST_FOOT = 1.25
"""Heights of a line.  What is longer is a line below letters, or the edge of their mark."""
_EMPTY, _FAINT = 0.4, 0.2
"""Shares of the contrast of letters: less is noise, or the edge of what marks a word; so much is a thin bar already."""
_NARROWEST_BAR = 0.3
"""Heights of a line; on the test pictures an underscore has 0.44 to 0.6 between its neighbours."""
_SHORTEST_TAIL = 0.08
"""Heights of a line, of which round letters have less below the others."""

_MOST_LINES = 800
"""More than a whole screen of small text has; noise has thousands."""


class Box(NamedTuple):
    """Where a piece of text stands, in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        """Of its letters, without the space around them."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """From its first letter to its last."""
        return self.right - self.left


def find_lines(pixels: Pixels) -> list[Box]:
    """Find the pieces of text of a picture (rows, columns, colours), from top to bottom; none where there is noise."""
    pieces = _pieces(pixels)
    if len(pieces) > 6 * _MOST_LINES:
        return []
    lines: list[Box] = []
    for piece in sorted(each for each in pieces if each.height >= _LOWEST):
        _add(piece, lines)
    for dot in sorted(each for each in pieces if each.height < _LOWEST):
        _add_dot(dot, lines)
    joined: list[Box] = []
    for line in sorted(lines):  # a dash may have brought two together
        _add(line, joined)
    return sorted(joined, key=lambda each: (each.top, each.left)) if len(joined) <= _MOST_LINES else []


class BelowLetters(NamedTuple):
    """What there may be below the line that letters stand on; for lines as high as their letters."""

    underscores: bool
    tails: bool
    """As g, j, p, q and y have them, and brackets."""


def below_letters(pixels: Pixels, box: Box) -> BelowLetters:
    """See what stands lower than most letters of a line; where that is not clear, there may be anything."""
    import numpy as np

    height, unclear = box.height, BelowLetters(underscores=True, tails=True)
    line = pixels[box.top : box.bottom + round(_BELOW * height), box.left : box.right].astype(np.int16)
    contrast = contrast_of(np.ptp(line, axis=0).max(axis=1))
    steps = np.abs(np.diff(line, axis=0)).max(axis=2)
    edges = steps > _EMPTY * contrast
    somewhere = edges.any(axis=0)
    lowest = len(edges) - 1 - edges[::-1].argmax(axis=0)[somewhere]
    ending = np.bincount(lowest, minlength=height)[:height]
    ending[1:] += ending[:-1].copy()
    ending[: round(_HIGHEST_FOOT * height)] = 0
    feet = np.flatnonzero(ending >= _ON_ONE_FOOT * max(len(lowest), 1))
    if height < _LOWEST_CLEAR or not len(feet):
        return unclear
    foot = feet[0] + 1
    if _longest_run(steps[foot - 3 : foot + 1].max(axis=0) > _FAINT * contrast) > _LONGEST_FOOT * height:
        return unclear
    deep = foot + max(round(_SHORTEST_TAIL * height), 1)
    if deep >= len(line):
        return unclear
    above, below, tails = (np.ptp(part, axis=0).max(axis=1) for part in (line[:foot], line[foot:], line[deep:]))
    low = (above < _EMPTY * contrast) & (below > _FAINT * contrast)
    bars = _longest_run(low) >= max(math.ceil(_NARROWEST_BAR * height), 3)
    return BelowLetters(bars, bool((tails > _FAINT * contrast).any()))


def contrast_of(ink: NDArray[Any]) -> float:
    """Return how much ink of each column nine in ten have at most; numpy's percentile loads half of numpy first."""
    import numpy as np

    place = 9 * (len(ink) - 1) // 10
    return float(np.partition(ink, place)[place])


def _longest_run(marked: NDArray[np.bool_]) -> int:
    """Return how many in a row are marked, at most."""
    import numpy as np

    empty = np.flatnonzero(np.concatenate(([True], ~marked, [True])))
    return int(np.diff(empty).max()) - 1


def _pieces(pixels: Pixels) -> list[Box]:
    """Return what is connected: words, or parts of them, and icons."""
    import cv2
    import numpy as np

    cv2.setNumThreads(1)  # more of them cost more work, and others wait for the processors
    red, green, blue = cv2.split(cv2.morphologyEx(pixels, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)))
    _, edges = cv2.threshold(cv2.max(cv2.max(red, green), blue), _EDGE, 1, cv2.THRESH_BINARY)
    for shape in ((1, _STRAIGHT), (_STRAIGHT, 1)):
        edges -= cv2.morphologyEx(edges, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
    words = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((1, _CLOSE), np.uint8))
    # Most rows and columns of a window are empty: one of each stretch keeps apart what is apart.
    rows, columns = (_not_empty(words.max(axis)) for axis in (1, 0))
    small = np.ascontiguousarray(words[rows][:, columns])
    _, _, found, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    return [
        Box(int(columns[left]), int(rows[top]), int(columns[left + width - 1]) + 1, int(rows[top + height - 1]) + 1)
        for left, top, width, height, area in found[1:].tolist()
        if height <= _TALLEST and area > 2  # noqa: PLR2004 - a speck
    ]


def _not_empty(most: NDArray[np.integer[Any] | np.floating[Any]]) -> NDArray[np.intp]:
    """Return the places of rows or columns with something in them, and of the first of each empty stretch."""
    import numpy as np

    return np.flatnonzero((most > 0) | (np.append(0, most[:-1]) > 0))


def _add(piece: Box, lines: list[Box]) -> None:
    """Put a piece to the line that it goes on with, else begin one."""
    for place in range(len(lines) - 1, -1, -1):
        if _goes_on(lines[place], piece):
            lines[place] = around((lines[place], piece))
            return
    lines.append(piece)


def _goes_on(line: Box, piece: Box) -> bool:
    left, top, right, bottom = line  # asked thousands of times a picture
    first, above, last, below = piece
    low, high = (bottom - top, below - above) if bottom - top < below - above else (below - above, bottom - top)
    if first - right >= _WORDS_APART * high:
        return False
    common = min(bottom, below) - max(top, above)
    if common >= _ROWS_IN_COMMON * low and high < _HEIGHTS_APART * low:
        return True
    return left <= first and last <= right and top <= above and below <= bottom  # as an i's dot in a heading


def _add_dot(dot: Box, lines: list[Box]) -> None:
    for place, line in enumerate(lines):
        height = line.height
        beside = dot.left - line.right < _DOTS_APART * height and line.left - dot.right < _DOTS_APART * height
        if beside and dot.top >= line.top - _ABOVE * height and dot.bottom <= line.bottom + _BELOW * height:
            lines[place] = around((line, dot))
            return


def around(boxes: Iterable[Box]) -> Box:
    """Return the box around several."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have a place in common."""
    across = one.left < other.right and other.left < one.right
    return across and one.top < other.bottom and other.top < one.bottom


def together(boxes: Sequence[Box], numbers: Iterable[int]) -> Box:
    """Return the box around some of several."""
    return around(boxes[number] for number in numbers)
