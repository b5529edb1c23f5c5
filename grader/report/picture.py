"""Evidence as reports show it: cropped to what it shows, and small; the picture itself lies in the evidence folder."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.report.evidence import media_type

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDEST, _HIGHEST = 1000, 1400
_MARGIN = 10
"""Pixels left around what a picture shows."""
_LOOKED_AT = 500
"""Pixels of the longer side, at most, in which is looked for what a picture shows."""
_NOISE = 12
"""Grey levels by which a saved paper differs from itself."""
_IS_DRAWN = [255 * (level > _NOISE) for level in range(256)] * 3
_MOST_FRAMES = 4
"""A window's border, its shadow, the paper in it; each is peeled off by itself."""
_COLOURS = 64
"""Of a picture that is drawn, not photographed: a quarter of the bytes, and red, purple and blue code stay so."""


@dataclass(frozen=True)
class ShownPicture:
    """A picture for a page or a document.

    Parameters
    ----------
    data
        A file that browsers and word processors take.
    kind
        Its media type.
    width, height
        In pixels.
    """

    data: bytes
    kind: str
    width: int
    height: int


@lru_cache(maxsize=64)  # each is asked for by several formats, one after the other
def shown_picture(data: bytes) -> ShownPicture | None:
    """Crop a picture to what it shows and scale it down for a report; None for what cannot be looked at."""
    from PIL.Image import Quantize

    from grader.document.images import open_image

    if media_type(data) is None:
        return None
    try:
        with open_image(data) as opened:
            has_holes = "A" in opened.mode or "transparency" in opened.info
            image = _on_paper(opened.convert("RGBA")) if has_holes else opened.convert("RGB")
            box = _worth_showing(image)
            fits = opened.width <= _WIDEST and opened.height <= _HIGHEST
            if fits and opened.format == "PNG" and opened.mode == "P" and not has_holes:  # as thumbnails are made
                is_whole = box == (0, 0, *opened.size)
                return ShownPicture(data, "image/png", *opened.size) if is_whole else _as_png(opened.crop(box))
            small = image.crop(box)
            small.thumbnail((_WIDEST, _HIGHEST), reducing_gap=2.0)
            return (
                _as_jpeg(small) if opened.format == "JPEG" else _as_png(small.quantize(_COLOURS, Quantize.FASTOCTREE))
            )
    except Exception:  # noqa: BLE001 - a stranger's broken file can trip the decoder anywhere
        return None


def _worth_showing(image: Image) -> tuple[int, int, int, int]:
    """Return all but what is of one colour all along a side, with a margin; of a picture of one colour, all of it."""
    times = -(-max(image.size) // _LOOKED_AT)
    left, top, right, bottom = (times * edge for edge in _drawn_on(image.reduce(times) if times > 1 else image))
    return (
        max(left - _MARGIN, 0),
        max(top - _MARGIN, 0),
        min(right + _MARGIN, image.width),
        min(bottom + _MARGIN, image.height),
    )


def _drawn_on(image: Image) -> tuple[int, int, int, int]:
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


def _on_paper(image: Image) -> Image:
    from PIL.Image import new

    paper = new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _as_png(image: Image) -> ShownPicture:
    file = io.BytesIO()
    image.save(file, "PNG")
    return ShownPicture(file.getvalue(), "image/png", *image.size)


def _as_jpeg(image: Image) -> ShownPicture:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return ShownPicture(file.getvalue(), "image/jpeg", *image.size)
