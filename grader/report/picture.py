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
"""Pixels of the longer side, at most twice as many, in which is looked for what a picture shows."""
_NOISE = 12
"""Grey levels by which a saved paper differs from itself."""
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
    from grader.document.images import open_image

    if media_type(data) is None:
        return None
    try:
        with open_image(data) as opened:
            photo = opened.format == "JPEG"
            image = opened.convert("RGBA") if _has_holes(opened) else opened.convert("RGB")
        return _saved(_small(_on_paper(image)), photo=photo)
    except Exception:  # noqa: BLE001 - a stranger's broken file can trip the decoder anywhere
        return None


def cropped(image: Image) -> Image:
    """Cut off what is of one colour all along a side, but for a margin; a picture of one colour is kept as it is."""
    times = max(1, max(image.size) // _LOOKED_AT)
    left, top, right, bottom = (times * edge for edge in _drawn_on(image.reduce(times)))
    around = (
        max(left - _MARGIN, 0),
        max(top - _MARGIN, 0),
        min(right + _MARGIN, image.width),
        min(bottom + _MARGIN, image.height),
    )
    return image.crop(around)


def _drawn_on(image: Image) -> tuple[int, int, int, int]:
    """Peel off frames, each of the colour of a corner, and return what is left."""
    from PIL import ImageChops
    from PIL.Image import new

    left, top, right, bottom = 0, 0, *image.size
    for corner in ("first", "last") * _MOST_FRAMES:
        at = (0, 0) if corner == "first" else (image.width - 1, image.height - 1)
        paper = new("RGB", image.size, image.getpixel(at))
        differs = ImageChops.difference(image, paper).point([255 * (level > _NOISE) for level in range(256)] * 3)
        box = differs.getbbox()
        if box is None:
            break
        if box != (0, 0, *image.size):
            image = image.crop(box)
            left, top, right, bottom = left + box[0], top + box[1], left + box[2], top + box[3]
    return left, top, right, bottom


def _has_holes(image: Image) -> bool:
    return "A" in image.mode or "transparency" in image.info


def _on_paper(image: Image) -> Image:
    from PIL.Image import new

    if image.mode == "RGB":
        return image
    paper = new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _small(image: Image) -> Image:
    small = cropped(image)
    small.thumbnail((_WIDEST, _HIGHEST), reducing_gap=2.0)
    return small


def _saved(image: Image, *, photo: bool) -> ShownPicture:
    from PIL.Image import Quantize

    file = io.BytesIO()
    if photo:
        image.save(file, "JPEG", quality=80)
    else:
        image.quantize(_COLOURS, Quantize.FASTOCTREE).save(file, "PNG")
    return ShownPicture(file.getvalue(), "image/jpeg" if photo else "image/png", *image.size)
