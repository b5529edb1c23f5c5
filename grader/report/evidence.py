"""Evidence pictures: where they may be kept, what they are, and how reports show them.

A report shows a picture cropped to what it shows, and small; the picture itself lies in the evidence folder.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

    from grader.model.report import Report

FOLDER = "evidence"
# One plain name below one folder: no way out of it, on any system.
_INSIDE = re.compile(rf"{FOLDER}/[A-Za-z0-9_][A-Za-z0-9_-]{{0,150}}(\.[A-Za-z0-9_-]{{1,20}}){{1,3}}", re.ASCII)

# First bytes of the formats that browsers show; SVG, which can hold programs, is not among them.
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)
_WIDEST, _HIGHEST = 1000, 1400
_COLOURS = 64
"""Of a picture that is drawn, not photographed: a quarter of the bytes, and red, purple and blue code stay so."""


def is_inside(path: str) -> bool:
    """Whether a picture's path stays in the report's own evidence folder."""
    return _INSIDE.fullmatch(path) is not None


def media_type(data: bytes) -> str | None:
    """Tell what kind of picture a browser would take this for; None for what it may not show."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


def pictures(report: Report) -> dict[str, bytes]:
    """All pictures of a report, by the path that they are kept at.

    Raises `ValueError`: a path leads elsewhere, or two different pictures have the same one.  Paths are the grader's
    own, so either is a bug.
    """
    found: dict[str, bytes] = {}
    for each in (evidence for result in report.results for evidence in result.evidence):
        for path in (each.path, each.original or each.path):
            if not is_inside(path):
                raise ValueError(f"Evidence cannot be kept at {path!r}")
        if each.original and each.original_data:
            found[each.original] = each.original_data
        if each.data and found.setdefault(each.path, each.data) != each.data:
            raise ValueError(f"Two pictures for {each.path!r}")
    return found


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
