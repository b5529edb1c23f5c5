"""Pictures as the page shows them: decoded and drawn again, so that nothing of a stranger's file is left."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.document.images import open_image
from grader.report.evidence import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from PIL.Image import Image

    from grader.model.outcome import Region

_KEPT = 64
_PAPER = 12
"""Levels by which what is paper may differ: what a JPEG leaves around letters."""
_MARGIN = 12
_LEAST = 0.15
"""Of a side; what is cut out smaller shows a word without what it stands in."""
_AROUND = 4
"""Pixels between a word and the frame that is drawn around it."""


@dataclass(frozen=True)
class Drawn:
    """A picture that was drawn again.

    `data` is a PNG file. `whole` is the size of the picture that it was cut out of. `box` is which part of that it is:
    left, top, right, bottom.
    """

    data: bytes
    whole: tuple[int, int]
    box: tuple[int, int, int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        left, top, right, bottom = self.box
        return right - left, bottom - top

    def frame(self, place: Region) -> tuple[int, int, int, int]:
        """Return left, top, width and height of a frame around a place in the whole picture."""
        left, top, right, bottom = (round(share * side) for share, side in zip(place, self.whole * 2, strict=True))
        width, height = right - left + 2 * _AROUND, bottom - top + 2 * _AROUND
        return left - self.box[0] - _AROUND, top - self.box[1] - _AROUND, width, height


def drawn(folder: Path, names: Iterable[str | None], *, cut: bool) -> Drawn | None:
    """Draw the first of these pictures that is there; None where none is.

    Parameters
    ----------
    folder
        Of the report.
    names
        As the report names them: where the original is gone, what the report shows.
    cut
        Whether an empty margin is cut off.
    """
    found = (_drawn_now(folder / name, cut=cut) for name in names if name and is_inside(name))
    return next((each for each in found if each is not None), None)


def _drawn_now(path: Path, *, cut: bool) -> Drawn | None:
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return None
    return _drawn(path, changed, cut)


@lru_cache(_KEPT)
def _drawn(path: Path, _changed: int, cut: bool) -> Drawn | None:
    from PIL.ImageOps import exif_transpose

    try:
        with open_image(path.read_bytes()) as opened:
            image = exif_transpose(opened).convert("RGB")  # a telephone held upright writes pictures that lie
    except Exception:  # noqa: BLE001 - a stranger's broken file can trip the decoder anywhere
        return None
    box = _shown(image) if cut else (0, 0, *image.size)
    file = io.BytesIO()
    image.crop(box).save(file, "PNG", compress_level=1)
    return Drawn(file.getvalue(), image.size, box)


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
