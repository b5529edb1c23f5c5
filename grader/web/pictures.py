"""Pictures as the page shows them: decoded and drawn again, so that nothing of a stranger's file is left."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.document.images import open_image

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

_KEPT = 64
_PAPER = 12
"""Levels by which what is paper may differ: what a JPEG leaves around letters."""
_MARGIN = 12
_LEAST = 0.15
"""Of a side; what is cut out smaller shows a word without what it stands in."""


def drawn(path: Path, *, cut: bool) -> bytes | None:
    """Return a picture as a PNG file; None where it is not there, or is none.

    Parameters
    ----------
    cut
        Whether an empty margin is cut off.

    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return None
    return _drawn(path, changed, cut)


@lru_cache(_KEPT)
def _drawn(path: Path, _changed: int, cut: bool) -> bytes | None:
    try:
        with open_image(path.read_bytes()) as opened:
            image = opened.convert("RGB")
    except Exception:  # noqa: BLE001 - a stranger's broken file can trip the decoder anywhere
        return None
    if cut:
        image = image.crop(_shown(image))
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _shown(image: Image) -> tuple[int, int, int, int]:
    """Return the part of a picture that is not empty, with some margin."""
    from PIL import Image, ImageChops

    paper = Image.new("RGB", image.size, image.getpixel((image.width - 1, image.height - 1)))
    differs = ImageChops.difference(image, paper).convert("L").point(lambda level: 255 if level > _PAPER else 0)
    box = differs.getbbox()
    if box is None:
        return 0, 0, *image.size
    left, top, right, bottom = box
    right = max(right, left + round(_LEAST * image.width))
    bottom = max(bottom, top + round(_LEAST * image.height))
    return (
        max(left - _MARGIN, 0),
        max(top - _MARGIN, 0),
        min(right + _MARGIN, image.width),
        min(bottom + _MARGIN, image.height),
    )
