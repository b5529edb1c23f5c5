"""A stranger's image: opening it, and making a small one of it for reports."""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    Box = tuple[int, int, int, int]

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "TIFF", "WEBP")
_MOST_PIXELS = 50_000_000

LONGEST_IN_REPORTS = 900
"""Pixels: a thumbnail on the page, and readable when it is enlarged."""
_COLOURS_IN_REPORTS = 64
"""Enough for windows and their text, at a third of the bytes."""
_SHOWS = "shows"
"""In a thumbnail, what of it is worth showing: found once, when it is made."""
_MARGIN = 10
"""Pixels left around what a picture shows."""
_LOOKED_AT = 500
"""Pixels of the longer side, at most twice as many, in which is looked for what a picture shows."""
_NOISE = 12
"""Grey levels by which a saved paper differs from itself."""
_IS_DRAWN = [255 * (level > _NOISE) for level in range(256)] * 3
_MOST_FRAMES = 4
"""A window's border, its shadow, the paper in it; each is peeled off by itself."""


class ImageTooLarge(Exception):
    """It has more pixels than are looked at."""


@contextmanager
def open_image(data: bytes, *, most_pixels: int = _MOST_PIXELS) -> Iterator[Image]:
    """Open an image file; nothing of it is decoded yet.

    Parameters
    ----------
    most_pixels
        As many as Pillow takes without a warning (89 million) or fewer.

    Raises
    ------
    ImageTooLarge
        It has more pixels.
    Exception
        Whatever a decoder raises on a file that is made to break it.
    """
    from PIL import Image

    # What Pillow has to say is of no use to anybody.  Not `catch_warnings`: that is for one thread alone.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > most_pixels:
                raise ImageTooLarge
            yield image
    except Image.DecompressionBombError as error:  # also from a later frame
        raise ImageTooLarge from error


def thumbnail(image: Image) -> bytes:
    """Make a small PNG file for reports, no side longer than `LONGEST_IN_REPORTS`."""
    from PIL.Image import Quantize, Resampling
    from PIL.PngImagePlugin import PngInfo

    small = image.copy()
    # In a fraction of the defaults' time; red, purple and blue code stay so, nearly white becomes white.
    small.thumbnail((LONGEST_IN_REPORTS, LONGEST_IN_REPORTS), Resampling.HAMMING, reducing_gap=1.0)
    file, about = io.BytesIO(), PngInfo()
    about.add_text(_SHOWS, " ".join(map(str, worth_showing(small))))
    small.quantize(_COLOURS_IN_REPORTS, Quantize.FASTOCTREE).save(file, "PNG", pnginfo=about)
    return file.getvalue()


def thumbnail_shows(opened: Image) -> Box | None:
    """Return what `worth_showing` said of a thumbnail; None where it is none."""
    numbers = str(opened.info.get(_SHOWS, "")).split()
    if opened.format != "PNG" or len(numbers) != 4 or max(opened.size) > LONGEST_IN_REPORTS:  # noqa: PLR2004 - sides
        return None
    left, top, right, bottom = map(int, numbers)
    return left, top, right, bottom


def worth_showing(image: Image) -> Box:
    """Return all but what is of one colour all along a side, with a margin; of a picture of one colour, all of it."""
    times = max(1, max(image.size) // _LOOKED_AT)
    left, top, right, bottom = (times * edge for edge in _drawn_on(image.reduce(times)))
    return (
        max(left - _MARGIN, 0),
        max(top - _MARGIN, 0),
        min(right + _MARGIN, image.width),
        min(bottom + _MARGIN, image.height),
    )


def _drawn_on(image: Image) -> Box:
    """Peel off frames, each of the colour of a corner, and return what is left."""
    from PIL import ImageChops
    from PIL.Image import new

    left, top, right, bottom = 0, 0, *image.size
    in_vain = 0
    for corner in ("first", "last") * _MOST_FRAMES:
        at = (0, 0) if corner == "first" else (image.width - 1, image.height - 1)
        paper = new("RGB", image.size, image.getpixel(at))
        box = ImageChops.difference(image, paper).point(_IS_DRAWN).getbbox()
        in_vain = in_vain + 1 if box == (0, 0, *image.size) else 0
        if box is None or in_vain == 2:  # noqa: PLR2004 - both corners
            break
        image = image.crop(box)
        left, top, right, bottom = left + box[0], top + box[1], left + box[2], top + box[3]
    return left, top, right, bottom
