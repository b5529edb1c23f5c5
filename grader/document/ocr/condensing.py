"""Taking the emptiness out of a screenshot before its text is read.

Most of a window is empty: below the last line of code, beside it, in a page with one sentence.  Where row after row
(or column after column) is the same, only the first few are kept.  That makes reading two to seven times as fast, and
better: the model overlooks a lone small line on a large empty page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Pixels: TypeAlias = "NDArray[np.uint8]"
Numbers: TypeAlias = "NDArray[np.intp]"

_KEPT = 32
"""Pixels.  Twice as much as between the words of a line, so that columns of a table stay apart."""

_SAME = 16
"""Levels of 255.  JPEG's noise on an empty stretch is below 10, grey letters on white differ by 100."""


class Condensed(NamedTuple):
    """What is left of a picture (rows, columns, colours), and which of its rows and columns those are."""

    pixels: Pixels
    rows: Numbers
    columns: Numbers


def condense(pixels: Pixels) -> Condensed:
    """Shorten the empty stretches of a picture."""
    rows = _kept(pixels)
    columns = _kept(pixels[rows].swapaxes(0, 1))
    return Condensed(pixels[rows][:, columns], rows, columns)


def _kept(pixels: Pixels) -> Numbers:
    """Return the rows that are not the same as the `_KEPT` rows before them."""
    import numpy as np

    changes = np.ones(len(pixels), dtype=bool)
    for row in range(1, len(pixels)):
        changes[row] = np.abs(pixels[row].astype(np.int16) - pixels[row - 1]).max() > _SAME
    places = np.arange(len(pixels))
    last_change = np.maximum.accumulate(np.where(changes, places, 0))
    return np.flatnonzero(places - last_change < _KEPT)
