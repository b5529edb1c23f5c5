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

    from grader.document.images import open_image, thumbnail_shows, worth_showing

    if media_type(data) is None:
        return None
    try:
        with open_image(data) as opened:
            box = thumbnail_shows(opened)
            if box is not None:
                is_whole = box == (0, 0, *opened.size)
                return ShownPicture(data, "image/png", *opened.size) if is_whole else _as_png(opened.crop(box))
            has_holes = "A" in opened.mode or "transparency" in opened.info
            image = _on_paper(opened.convert("RGBA")) if has_holes else opened.convert("RGB")
            small = image.crop(worth_showing(image))
            small.thumbnail((_WIDEST, _HIGHEST), reducing_gap=2.0)
            return (
                _as_jpeg(small) if opened.format == "JPEG" else _as_png(small.quantize(_COLOURS, Quantize.FASTOCTREE))
            )
    except Exception:  # noqa: BLE001 - a stranger's broken file can trip the decoder anywhere
        return None


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
