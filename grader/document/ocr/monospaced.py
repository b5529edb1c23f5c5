"""Lines of a program, in which all letters are equally wide: they can be read narrower than others.

The recogniser's work grows with a line's width, and it needs one and a half of its steps for a letter.  In proportional
fonts the narrowest letters have no more than that; in the fonts of editors all have two or three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.document.ocr.line_finding import contrast_of

if TYPE_CHECKING:
    from grader.document.ocr.condensing import Pixels

_NARROWEST, _WIDEST = 0.42, 0.8
"""Heights of a line, from one letter to the next; the height is that of its own letters, be they low or tall."""
_SHORTEST = 5.0
"""Heights of a line; in a shorter one any letters may happen to be equally far apart."""
_NOISE = 0.2
"""Share of the contrast of letters that JPEG files leave between them."""
_REGULAR = 0.18
"""Share of the ink that goes up and down with the letters."""
_EMPTY = 0.15
"""Ink between the letters, as a share of the mean.  On the test pictures programs have 0.01 to 0.27, others more."""


def pitch(line: Pixels) -> float | None:
    """Return how many pixels the letters of a line are apart; None where they are not equally wide.

    Parameters
    ----------
    line
        From its first letter to its last, and as high as its letters.
    """
    import numpy as np

    height, width = line.shape[:2]
    if width < _SHORTEST * height:
        return None
    ink = np.ptp(line, axis=0).max(axis=1).astype(float)
    ink = np.clip(ink / max(contrast_of(ink), 1) - _NOISE, 0, 1 - _NOISE)
    window, size = np.hanning(width), 1 << (4 * width).bit_length()
    waves = np.abs(np.fft.rfft((ink - ink.mean()) * window, size))
    first, last = int(size / (_WIDEST * height)), int(size / (_NARROWEST * height)) + 1
    strongest = first + int(waves[first:last].argmax())
    if waves[strongest] < _REGULAR * (ink * window).sum():
        return None
    about = size / strongest
    apart = about * np.linspace(0.99, 1.01, 11)[:, None]
    turns = np.arange(width) / apart
    middle = np.angle(np.exp(-2j * np.pi * turns) @ ink) / (2 * np.pi)  # of the letters
    between = np.abs((turns + middle[:, None]) % 1 - 0.5) * apart <= 0.5  # noqa: PLR2004 - one column between each two
    return about if ((between @ ink) / between.sum(axis=1)).min() < _EMPTY * ink.mean() else None
