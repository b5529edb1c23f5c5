"""Blank pictures, and the same picture twice.

The same image stays the same when it is saved again in another format or size; two honest screenshots may differ in
one word only.  A perceptual hash sorts out what is plainly different; what is left is compared place by place.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL.Image import Image

# Measured on rendered browser windows, editors and developer tools of 640 to 1920 pixels: saved again as JPEG or WebP
# of quality 50 to 90, the place that differs most differs by at most 8 grey levels, and scaled to 50 to 150 % as well,
# by at most 12.  Two such windows that differ in one word ("added" and "removed") differ by at least 28.
_MOST_BY_SAVING = 12
_MOST_BY_SCALING = 18

# A changed digit of a clock differs by 4 or more in a place or two, and everything else is equal to the pixel; saving
# again leaves traces at every letter and line.
_MOST_IN_EQUAL_FILES = 2
_FEWEST_TRACES = 6

# In squares of eight pixels, saving again leaves at most 6 of them: a quick way to see that two pictures differ.
_SQUARE = 8
_LEVELS = 24, 16

_LONGEST_COMPARED = 1920
_SMOOTHED = 1.0
_PLACE = 3
_PLACE_APART = 16
_ASPECT_APART = 0.02

_HASH_SIDE = 8
_HASH_DEAD_ZONE = 4
"""Grey levels; flat areas of a window differ by less when it is saved again, in either direction."""
_HASH_APART = 6
"""Of 64 places; the same picture has at most 1."""

_INK = 32
"""Levels away from the paper's colour; JPEG's noise on one colour stays below 10."""
_LEAST_INK = 24
"""Pixels.  The shortest line asked for has about 350, and 60 when Word has shrunk the picture to a third."""
_MUCH = 0.01
_SMALL_SPOT = 0.02
"""Share of width and of height: a mouse pointer on an empty screen."""


@dataclass(frozen=True)
class Sketch:
    """What a picture is compared by, small enough to keep.

    Parameters
    ----------
    size, compared
        Of the whole picture, and of that in grey, in pixels.
    squares
        The picture in grey, in squares of eight pixels.
    steps
        The difference hash: for each place whether it gets brighter (1), darker (-1) or neither (0) to the right.
    pixels
        A hash of size and grey pixels: equal whatever lossless format a picture was saved in.
    levels
        Its grey levels in 24 columns and 16 rows.
    whole
        Returns the picture in grey, scaled down where it is large; seldom called: see `same`.
    """

    size: tuple[int, int]
    compared: tuple[int, ...]
    squares: Image
    steps: tuple[int, ...]
    pixels: str
    levels: bytes
    whole: Callable[[], Image] = field(repr=False, compare=False)


def sketch(image: Image) -> Sketch:
    """Reduce a picture to what it is compared by."""
    from PIL.Image import Resampling

    whole = grey(image)
    small = whole.resize((_HASH_SIDE + 1, _HASH_SIDE), Resampling.BOX).tobytes()
    width = _HASH_SIDE + 1
    steps = tuple(
        _step(small[row * width + column + 1] - small[row * width + column])
        for row in range(_HASH_SIDE)
        for column in range(_HASH_SIDE)
    )
    levels = whole.resize(_LEVELS, Resampling.BOX).tobytes()
    hashed = _hash(image.size, whole)
    return Sketch(image.size, whole.size, whole.reduce(_SQUARE), steps, hashed, levels, lambda: whole)


def grey(image: Image) -> Image:
    """Return a picture in grey, scaled down where it is large."""
    from PIL.Image import Resampling

    whole = image.convert("L")
    if max(whole.size) > _LONGEST_COMPARED:
        whole.thumbnail((_LONGEST_COMPARED, _LONGEST_COMPARED), Resampling.LANCZOS, reducing_gap=3.0)
    return whole


def squares_of(data: bytes, compared: Sequence[int]) -> Image:
    """Return the squares of a sketch from their grey levels.  Raises `ValueError`: these are not as many."""
    from PIL.Image import frombytes

    width, height = (-(-side // _SQUARE) for side in compared)
    return frombytes("L", (width, height), data)


def _hash(size: tuple[int, int], whole: Image) -> str:
    total = hashlib.blake2b(repr((size, whole.size)).encode(), digest_size=20)  # half of SHA-256's time
    total.update(whole.tobytes())
    return total.hexdigest()


def _step(difference: int) -> int:
    return 0 if abs(difference) <= _HASH_DEAD_ZONE else 1 if difference > 0 else -1


def look_alike(one: Sketch, other: Sketch) -> bool:
    """Whether two pictures can be the same at all: their shape and their perceptual hash."""
    aspect, other_aspect = (each.size[0] / each.size[1] for each in (one, other))
    if abs(aspect - other_aspect) > _ASPECT_APART * max(aspect, other_aspect):
        return False
    return sum(a * b < 0 for a, b in zip(one.steps, other.steps, strict=True)) <= _HASH_APART


def same(one: Sketch, other: Sketch) -> bool:
    """Whether two pictures are the same image, though perhaps saved again in another format or size."""
    from PIL import ImageChops, ImageFilter
    from PIL.Image import Resampling

    if not look_alike(one, other):
        return False
    bound = _MOST_BY_SAVING if one.size == other.size else _MOST_BY_SCALING
    if one.compared == other.compared and _most(ImageChops.difference(one.squares, other.squares)) > bound:
        return False
    greys = [one.whole(), other.whole()]
    size = min(each.width for each in greys), min(each.height for each in greys)
    smooth = [
        (each if each.size == size else each.resize(size, Resampling.LANCZOS)).filter(
            ImageFilter.GaussianBlur(_SMOOTHED)
        )
        for each in greys
    ]
    difference = ImageChops.difference(smooth[0], smooth[1]).filter(ImageFilter.BoxBlur(_PLACE))
    most = _most(difference)
    if most > bound:
        return False
    return most <= _MOST_IN_EQUAL_FILES or _traces(difference, most) >= _FEWEST_TRACES


def _most(difference: Image) -> int:
    return max(level for level, count in enumerate(difference.histogram()) if count)


def _traces(difference: Image, most: int) -> int:
    """Count the places that differ about as much as the one that differs most."""
    from PIL.Image import Resampling

    columns, rows = (max(side // _PLACE_APART, 1) for side in difference.size)
    marked = difference.point(lambda level: 255 if level >= most / 3 else 0)
    places = marked.resize((columns, rows), Resampling.BOX)
    return columns * rows - places.histogram()[0]


def has_much_on_it(sketched: Sketch) -> bool:
    """Whether a quick look shows that a picture is not blank."""
    whole = sketched.whole()
    counts = whole.histogram()
    paper = counts.index(max(counts))
    near = sum(counts[max(paper - _INK, 0) : paper + _INK + 1])
    return sum(counts) - near > _MUCH * sum(counts)


def is_blank(image: Image) -> bool:
    """Whether a picture has one colour, or nearly nothing on it."""
    from PIL import Image, ImageChops

    paper = tuple(_commonest(band) for band in image.split())
    apart = ImageChops.difference(image, Image.new(image.mode, image.size, paper))
    strongest = apart.getchannel(0)
    for band in apart.split()[1:]:
        strongest = ImageChops.lighter(strongest, band)
    ink = strongest.point(lambda level: 255 if level > _INK else 0)
    box = ink.getbbox()
    if box is None or ink.histogram()[255] < _LEAST_INK:
        return True
    left, top, right, bottom = box
    return right - left < _SMALL_SPOT * image.width and bottom - top < _SMALL_SPOT * image.height


def _commonest(band: Image) -> int:
    counts = band.histogram()
    return counts.index(max(counts))
