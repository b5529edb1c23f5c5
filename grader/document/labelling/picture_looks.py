"""What was seen of a picture when it was decoded, kept so that it is decoded once and not with every grading.

A small file for each picture, as for what was read in it (`text_in_picture`).
"""

from __future__ import annotations

import base64
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.document.labelling.sameness import Sketch, squares_of
from grader.machine import user_cache

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

_SETTINGS = "1"
"""Changes whenever what is kept does, or how it is reckoned: nothing older is taken from there."""


@dataclass(frozen=True)
class PictureLook:
    """What is known of a picture that could be decoded.

    Parameters
    ----------
    sketch
        What it is compared by.
    blank
        Whether there is one colour, or nearly nothing, on it.
    thumbnail
        A small PNG file of it; None where nobody has asked for one.
    """

    sketch: Sketch
    blank: bool
    thumbnail: bytes | None = None


def keep(look: PictureLook, key: str) -> None:
    """Keep what was seen of the picture with this key; see `Picture.key`."""
    sketch = look.sketch
    data = {
        "size": sketch.size,
        "compared": sketch.compared,
        "squares": _text(zlib.compress(sketch.squares.tobytes(), 1)),
        "steps": sketch.steps,
        "pixels": sketch.pixels,
        "levels": _text(sketch.levels),
        "blank": look.blank,
        "thumbnail": None if look.thumbnail is None else _text(look.thumbnail),
    }
    user_cache.keep(_name(key), data)


def kept_look(key: str, grey: Callable[[], Image]) -> PictureLook | None:
    """Return what was seen of the picture with this key; None where it has not been, or that cannot be read.

    Parameters
    ----------
    grey
        Decodes it, where all of it has to be compared.
    """
    with suppress(OSError, ValueError, TypeError, LookupError, RecursionError, zlib.error):
        data = user_cache.kept(_name(key))
        thumbnail = data["thumbnail"]
        (width, height), compared = map(int, data["size"]), tuple(map(int, data["compared"]))
        sketch = Sketch(
            size=(width, height),
            compared=compared,
            squares=squares_of(zlib.decompress(_bytes(data["squares"])), compared),
            steps=tuple(map(int, data["steps"])),
            pixels=str(data["pixels"]),
            levels=_bytes(data["levels"]),
            whole=grey,
        )
        return PictureLook(sketch, bool(data["blank"]), None if thumbnail is None else _bytes(thumbnail))
    return None


def _name(key: str) -> str:
    from PIL import __version__

    return f"looks/{_SETTINGS}-{__version__}/{key}"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
