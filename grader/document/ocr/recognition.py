"""Reading the text in pictures, here on this machine: rapidocr with the models that come in its package.

It is an extra (``pip install 'flask-activity-grader[ocr]'``) and loaded only for a picture that has not been read
before.  Nothing is sent anywhere and nothing is fetched: the models are named by their files, so that rapidocr never
goes and looks for one, and onnxruntime's telemetry is off.
"""

from __future__ import annotations

import os
from functools import cache, cached_property
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.document.ocr.condensing import Numbers, Pixels, condense
from grader.document.ocr.monospaced import pitch
from grader.machine.installation import how_to_reinstall
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from grader.document.ocr.line_finding import Box
    from grader.model.outcome import Region

# onnxruntime reports to Microsoft and leaves a device's number in the user's cache folder, unless this is set before it
# is imported: https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

SETTINGS = "8"
"""Changes whenever what is kept does, or a number here, in `line_finding.py` or in `monospaced.py`: nothing older is
taken from there."""

_PACKAGES = ("rapidocr", "onnxruntime", "rapidfuzz")

_BOUNDS, _BOUNDS_FOR_NETWORK = (960, 2880), (1280, 1920)
"""Pixels of the longer side.  Larger pictures are scaled down; smaller ones up, as Word shrinks pictures."""
_SCALED_UP_TO = 1280
_LARGEST_FACTOR = 2.0

_MODEL_HEIGHT = 48
_AROUND = 0.25
"""Heights of a line that are left above and below it: with less, the letters are larger, and cost more, for nothing."""
_OF_PROGRAMS = 12.5
"""Pixels as the model sees them, from one letter to the next, where they are equally far apart: by themselves they have
16 to 21.  No letter of 416 lines of the test pictures is read otherwise with 12 or 13; with 11 some are."""
_LONGEST_LINE = 2400
"""Pixels as the model sees it; 150 letters."""
_REMEMBERED = 20_000
"""Lines of text: menus, and code that stands in several pictures, are read once."""

_PARAMETERS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # is a line upside down? in screenshots never
    "Global.max_side_len": 4 * _BOUNDS_FOR_NETWORK[1],  # scaled already
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
"""A word that is read before any other, to see that the models work."""


class TextLine(NamedTuple):
    """A piece of text on one line, and where it stands.

    Parameters
    ----------
    left, top, right, bottom
        In pixels of the picture as it was scaled and condensed.
    place
        In the picture itself; None where nobody can tell.
    """

    text: str
    left: int
    top: int
    right: int
    bottom: int
    place: Region | None = None


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

    Raises `MachineFault`: they are installed, but do not start, or do not read.
    """
    _engine()


def readable(image: Image) -> Pixels:
    """Scale a picture so that the letters on it have a size that is read well."""
    import numpy as np

    return np.asarray(_scaled(image, *_BOUNDS))


def read_line(pixels: Pixels, box: Box) -> str:
    """Read one line of a picture.

    Raises `MachineFault`: the recogniser is installed, but does not start.
    """
    around = round(_AROUND * box.height) + 1
    top, left = max(box.top - around, 0), max(box.left - around, 0)
    apart = pitch(pixels[box.top : box.bottom, box.left : box.right])
    return _engine().line(pixels[top : box.bottom + around, left : box.right + around], apart)


def read_by_network(image: Image) -> Reading:
    """Find the lines of a picture with a network, which takes long, and read them all.

    Raises `MachineFault`: the recogniser is installed, but does not start.
    """
    return _engine().network(image)


def share_of(box: Region, shape: tuple[int, ...]) -> Region:
    """Return where a box in pixels stands in a picture of so many rows and columns."""
    height, width = shape[:2]
    left, top, right, bottom = (
        round(min(max(side / most, 0.0), 1.0), 4) for side, most in zip(box, (width, height) * 2, strict=True)
    )
    return left, top, right, bottom


def _kept(numbers: Numbers, place: int) -> int:
    return int(numbers[min(max(place, 0), len(numbers) - 1)])


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
    """The models, loaded once for a process; what one line says depends on its pixels alone."""

    def __init__(self) -> None:
        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        model = onnxruntime.InferenceSession(str(_models()[1]), options, providers=["CPUExecutionProvider"])
        self._model = model
        self._input = model.get_inputs()[0].name
        self._letters = ["", *model.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
        self._remembered: dict[bytes, str] = {}

    def line(self, pixels: Pixels, apart: float | None = None) -> str:
        """Read a line that fills these pixels, and whose letters are so far `apart` if all are equally wide."""
        key = blake2b(repr((pixels.shape, apart)).encode() + pixels.tobytes(), digest_size=16).digest()
        if key not in self._remembered:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = self._read(pixels, apart)
        return self._remembered[key]

    def _read(self, pixels: Pixels, apart: float | None) -> str:
        import cv2
        import numpy as np

        height, width = pixels.shape[:2]
        factor = _MODEL_HEIGHT / height
        narrowed = min(factor, _OF_PROGRAMS / apart) if apart is not None else factor
        size = min(max(round(width * narrowed), 16), _LONGEST_LINE), _MODEL_HEIGHT
        scaled = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if height > _MODEL_HEIGHT else cv2.INTER_CUBIC)
        levels = scaled[:, :, ::-1].transpose(2, 0, 1).astype(np.float32) / 127.5 - 1  # blue, green, red, as in OpenCV
        likeliest = self._model.run(None, {self._input: levels[None]})[0][0].argmax(axis=1)
        changes = np.flatnonzero(np.diff(likeliest, prepend=-1))
        return "".join(self._letters[each] for each in likeliest[changes]).strip()

    @cached_property
    def _ocr(self) -> Callable[[Any], Any]:
        from rapidocr import RapidOCR

        finding, reading = _models()
        named = {"Det.model_path": str(finding), "Rec.model_path": str(reading)}
        return RapidOCR(params={**_PARAMETERS, **named})

    def network(self, image: Image) -> Reading:
        """Find the lines with a network, and read them."""
        import numpy as np

        whole = np.asarray(_scaled(image, *_BOUNDS_FOR_NETWORK))
        pixels, rows, columns = condense(whole)
        with _loading:
            ocr = self._ocr
        found = ocr(np.ascontiguousarray(pixels[:, :, ::-1]))
        if found.txts is None:
            return ()
        lines = []
        for text, box in zip(found.txts, found.boxes, strict=True):
            left, top, right, bottom = (int(side) for side in (*box.min(axis=0), *box.max(axis=0)))
            # Just before the first letters much may have been left out: it is they that are looked up.
            letters = (bottom - top) // 4
            within = (
                _kept(columns, left + letters) - letters,
                _kept(rows, top + letters) - letters,
                _kept(columns, right),
                _kept(rows, bottom),
            )
            lines.append(TextLine(text, left, top, right, bottom, share_of(within, whole.shape)))
        return tuple(lines)


_loading = Lock()


def _engine() -> _Engine:
    with _loading:
        return _load()


@cache
def _load() -> _Engine:
    try:
        engine = _Engine()
        seen = engine.line(_trial())
        if seen != _TRIAL:
            raise ValueError(f"it reads {_TRIAL} as {seen or 'nothing'}")  # noqa: TRY301 - as if it had raised
    except Exception as error:
        raise MachineFault(
            f"Text in pictures cannot be read on this machine: {recogniser()} does not work ({error}).",
            hint=f"Install it again: {how_to_reinstall('rapidocr', 'onnxruntime')}",
        ) from error
    return engine


def _trial() -> Pixels:
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (120, 48), "white")
    ImageDraw.Draw(image).text((20, 4), _TRIAL, fill="black", font=ImageFont.load_default(28))
    return np.asarray(image)


def _scaled(image: Image, least: int, most: int) -> Image:
    from PIL.Image import Resampling

    longest = max(image.size)
    factor = min(most / longest, 1.0) if longest >= least else min(_SCALED_UP_TO / longest, _LARGEST_FACTOR)
    if factor == 1:
        return image
    width, height = (max(round(side * factor), 1) for side in image.size)
    return image.resize((width, height), Resampling.LANCZOS, reducing_gap=3.0)
