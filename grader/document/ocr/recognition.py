"""Reading the text in pictures, here on this machine: rapidocr with the models that come in its package.

It is an extra (``pip install 'flask-activity-grader[ocr]'``) and loaded only for a picture that has not been read
before.  Nothing is sent anywhere and nothing is fetched: the models are named by their files, so that rapidocr never
goes and looks for one, and onnxruntime's telemetry is off.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.document.labelling.pictures import UnreadablePictureError
from grader.document.ocr.condensing import condense
from grader.machine.installation import how_to_reinstall
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL.Image import Image

    from grader.document.labelling.pictures import Picture

# onnxruntime reports to Microsoft and leaves a device's number in the user's cache folder, unless this is set before it
# is imported: https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

SETTINGS = "3"
"""Changes whenever the numbers below or `_PARAMETERS` do, so that nothing read with others is taken from the cache."""

_PACKAGES = ("rapidocr", "onnxruntime", "rapidfuzz")

_LONGEST, _SHORTEST = 1920, 1280
"""Pixels of the longer side.  Larger pictures are scaled down; smaller ones up, as Word shrinks pictures."""
_LARGEST_FACTOR = 2.0

_PARAMETERS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # is a line upside down? in screenshots never
    "Global.max_side_len": 4 * _LONGEST,  # scaled already
    "Det.limit_type": "max",
    "Det.limit_side_len": 1280,
    # Each line by itself: what is read of it does not depend on the others, and none is padded to the longest.
    "Rec.rec_batch_num": 1,
    "Rec.rec_img_shape": [3, 48, 48],
    # One thread for each picture, and several pictures at a time: what is read never depends on how many.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_TRIAL = "Flask"
"""A word that is read before any other: rapidocr loads its models no sooner than it needs them."""
_MOST_AT_A_TIME = 4
"""Pictures read at the same time; each takes some 150 MB."""


class TextLine(NamedTuple):
    """A piece of text on one line, and where it stands: in pixels of the picture as it was scaled and condensed."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


Reading = tuple[TextLine, ...]


@cache
def recogniser() -> str | None:
    """Name what would read the pictures, with its version; None where it is not installed."""
    if not all(map(find_spec, _PACKAGES)):
        return None
    try:
        return f"rapidocr {version('rapidocr')}, onnxruntime {version('onnxruntime')}"
    except PackageNotFoundError:
        return None


def try_out() -> None:
    """Load the models and read a word.

    Raises
    ------
    MachineFault
        They are installed, but do not start, or do not read.

    """
    _engine()


def read_pictures(pictures: Sequence[Picture]) -> list[Reading | None]:
    """Read several pictures at the same time; None for one that cannot be looked at or read.

    Raises
    ------
    MachineFault
        The recogniser is installed, but does not start.

    """
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_AT_A_TIME, max(len(pictures), 1))) as pool:
        return list(pool.map(_read, pictures))


def _read(picture: Picture) -> Reading | None:
    engine = _engine()
    try:
        return engine.read(picture.image())
    except UnreadablePictureError:
        return None
    except Exception:  # noqa: BLE001 - a stranger's picture can trip the models' libraries anywhere
        return None


@cache
def _models() -> tuple[Path, Path]:
    """Return the files of the models that find text and that read it."""
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    found = [sorted(folder.glob(f"*_{what}_*.onnx")) for what in ("det", "rec")]
    if not all(found):
        raise FileNotFoundError(f"rapidocr has no models in {folder}")
    return found[0][0], found[1][0]


class _Engine:
    """The models, loaded once for a process; a picture at a time in each thread."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        finding, reading = _models()
        named = {"Det.model_path": str(finding), "Rec.model_path": str(reading)}
        self._ocr: Callable[[Any], Any] = RapidOCR(params={**_PARAMETERS, **named})

    def read(self, image: Image) -> Reading:
        import numpy as np

        pixels = condense(np.asarray(_scaled(image)))
        found = self._ocr(np.ascontiguousarray(pixels[:, :, ::-1]))  # blue, green, red, as in OpenCV
        if found.txts is None:
            return ()
        return tuple(
            TextLine(text, *(int(side) for side in (*box.min(axis=0), *box.max(axis=0))))
            for text, box in zip(found.txts, found.boxes, strict=True)
        )


_loading = Lock()


def _engine() -> _Engine:
    with _loading:
        return _load()


@cache
def _load() -> _Engine:
    try:
        engine = _Engine()
        seen = [line.text for line in engine.read(_trial())]
        if seen != [_TRIAL]:
            raise ValueError(f"it reads {_TRIAL} as {' '.join(seen) or 'nothing'}")  # noqa: TRY301 - as if it had raised
    except Exception as error:
        raise MachineFault(
            f"Text in pictures cannot be read on this machine: {recogniser()} does not work ({error}).",
            hint=f"Install it again: {how_to_reinstall('rapidocr', 'onnxruntime')}",
        ) from error
    return engine


def _trial() -> Image:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (160, 48), "white")
    ImageDraw.Draw(image).text((20, 4), _TRIAL, fill="black", font=ImageFont.load_default(28))
    return image


def _scaled(image: Image) -> Image:
    from PIL.Image import Resampling

    longest = max(image.size)
    factor = min(_LONGEST / longest, 1.0) if longest >= _SHORTEST else min(_SHORTEST / longest, _LARGEST_FACTOR)
    if factor == 1:
        return image
    width, height = (max(round(side * factor), 1) for side in image.size)
    return image.resize((width, height), Resampling.LANCZOS, reducing_gap=3.0)
