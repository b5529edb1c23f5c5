"""Opening a stranger's image."""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "TIFF", "WEBP")
_MOST_PIXELS = 50_000_000


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
