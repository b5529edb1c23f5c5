"""One picture of the document: its size, its pixels as shown, and why it cannot be looked at where it cannot."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from grader.document.images import ImageTooLarge, open_image
from grader.document.images import thumbnail as make_thumbnail
from grader.document.labelling.picture_looks import PictureLook, keep, kept_look
from grader.document.labelling.sameness import grey, has_much_on_it, is_blank, sketch
from grader.document.word.opening_docx import PartError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from PIL.Image import Image

    from grader.document.labelling.labels import Label, Side
    from grader.document.labelling.sameness import Sketch
    from grader.document.word.flow import Crop, Placed

_PIXEL_ENDINGS = ("png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "dib", "tif", "tiff", "webp")
_DECODERS_RAISE = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError, ArithmeticError),
    *(struct.error, zlib.error, RuntimeError, MemoryError, AssertionError),
)
"""On a file that is made to break them."""

_SMALLEST_SIDE = 16
"""Pixels.  Below: rulers, bullets.  One line of a page's text, cut out closely, is about 20 high."""

_SMALLEST_LENGTH = 72
"""Pixels of the longer side.  Icons are 16 to 64; ``Cookie added!`` cut out closely is about 90."""

_SMALL_ON_PAGE = (2.0, 1.0)
"""Inches.  A picture without a label that is shown smaller than this is a logo: nobody could read a window in it."""

_MOST_KEPT = 5_000_000
_LONGEST_KEPT = 2560
_SHOWN_BY_BROWSERS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
"""What files begin with that can be kept as they are."""

Fault = Literal["linked", "lost", "too large", "damaged", "unsupported"]


class UnreadablePictureError(Exception):
    """A picture that cannot be looked at, and why, in words for the student."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault: Fault = fault


class Picture:
    """A picture as the document shows it.

    Parameters
    ----------
    placed
        Where it stands, and in which file.
    number
        Its place among the document's pictures, from 1.
    label
        What is written at it.
    """

    def __init__(self, placed: Placed, number: int = 0, label: Label | None = None) -> None:
        self._holder = placed.holder
        self._placed = placed
        self.number = number
        self._label = label
        self._look: PictureLook | UnreadablePictureError | None = None
        self._decoded: Image | None = None
        self._is_held = False

    def __repr__(self) -> str:
        return f"<Picture {self.number} of {self._holder.shown_as}: {self.label!r}>"

    @property
    def file(self) -> str:
        """The document that it is in."""
        return self._holder.shown_as

    @property
    def label(self) -> str | None:
        """The text that belongs to it."""
        return self._label.text if self._label else None

    @property
    def item_number(self) -> int | None:
        """The number in its label."""
        return self._label.number if self._label else None

    @property
    def side(self) -> Side | None:
        """Whether its label speaks of code or of the browser; None where of neither or both."""
        return self._label.side if self._label else None

    @property
    def crop(self) -> Crop:
        """What is cut off."""
        return self._placed.crop

    @cached_property
    def identity(self) -> Hashable:
        """The file it is made from: equal for pictures made from equal files, whatever their crop."""
        part = self._placed.part
        return id(self) if part is None else self._holder.fingerprint(part)

    @property
    def content(self) -> bytes | None:
        """The file that it is made from; None where there is none."""
        try:
            return self._data()
        except UnreadablePictureError:
            return None

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as shown; (0, 0) where they cannot be told."""
        try:
            with self._opened() as image:
                left, top, right, bottom = self._box(image.size)
        except UnreadablePictureError:
            return 0, 0
        return right - left, bottom - top

    @property
    def decoration(self) -> bool:
        """Whether it is too small for a screenshot, with a label or without: an icon, a bullet, a ruler."""
        width, height = self.size
        return (width, height) != (0, 0) and (min(width, height) < _SMALLEST_SIDE or max(self.size) < _SMALLEST_LENGTH)

    @property
    def small_on_page(self) -> bool:
        """Whether it is shown as small as a logo."""
        width, height = self._placed.shown or _SMALL_ON_PAGE
        return width < _SMALL_ON_PAGE[0] and height < _SMALL_ON_PAGE[1]

    @property
    def area(self) -> float:
        """How much of the page it takes, in square inches."""
        width, height = self._placed.shown or (self.size[0] / 96, self.size[1] / 96)
        return width * height

    @contextmanager
    def held(self) -> Iterator[None]:
        """Decode it once for all that is done with it meanwhile; afterwards it is let go, as it may be large."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held, self._decoded = False, None

    def image(self) -> Image:
        """Decode it, cropped, in RGB, what is transparent in white; not to be changed, and kept where it is `held`.

        Raises `UnreadablePictureError`: linked, lost, damaged, too large, or of a format that is not read here.
        """
        if self._decoded is not None:
            return self._decoded
        image = self._decode()
        if self._is_held:
            self._decoded = image
        return image

    def _decode(self) -> Image:
        from PIL import Image, ImageOps

        with self._opened() as opened:
            is_part = any(self._placed.crop)
            cropped = opened.crop(self._box(opened.size)) if is_part else opened
            cropped.load()
            if not is_part:
                ImageOps.exif_transpose(cropped, in_place=True)  # else it is copied where it lies right already
            if cropped.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in cropped.info:
                layer = cropped.convert("RGBA")
                paper = Image.new("RGBA", layer.size, "white")
                cropped = Image.alpha_composite(paper, layer)
            elif cropped.mode.startswith("I") or cropped.mode == "F":
                cropped = cropped.convert("I").point(lambda level: level / 256).convert("L")
            return cropped if cropped.mode == "RGB" else cropped.convert("RGB")

    @property
    def thumbnail(self) -> bytes:
        """A small PNG file for a report; empty where it cannot be looked at."""
        look = self.look(thumbnail=True)
        return look.thumbnail or b"" if isinstance(look, PictureLook) else b""

    def original(self) -> bytes:
        """Return the file that it is made from, as it was handed in; empty where it is no picture that browsers show.

        Of a picture that is shown in part, or of a file of many megabytes, a file with just what is shown.
        """
        content = self.content
        if content is None or self.fault is not None:
            return b""
        if not any(self._placed.crop) and len(content) <= _MOST_KEPT and content.startswith(_SHOWN_BY_BROWSERS):
            return content
        image = self._decode()
        image.thumbnail((_LONGEST_KEPT, _LONGEST_KEPT), reducing_gap=2.0)
        return _as_png(image, compress_level=1)

    def look(self, *, thumbnail: bool = False) -> PictureLook | UnreadablePictureError:
        """Look at it, and keep what is seen; return why it cannot be looked at, where it cannot.

        Parameters
        ----------
        thumbnail
            Whether a thumbnail is to be made as well, which costs less than to decode it another time.
        """
        look = self._look
        if look is None and self.key is not None and self.size != (0, 0):  # which knows of the limits
            look = kept_look(self.key, lambda: grey(self.image()))
        if look is None or (thumbnail and isinstance(look, PictureLook) and look.thumbnail is None):
            look = self._look_anew(thumbnail=thumbnail)
            if isinstance(look, PictureLook) and self.key is not None:
                keep(look, self.key)
        self._look = look
        return look

    def _look_anew(self, *, thumbnail: bool) -> PictureLook | UnreadablePictureError:
        try:
            image = self.image()
        except UnreadablePictureError as problem:
            return problem
        sketched = sketch(image)
        blank = not has_much_on_it(sketched) and is_blank(image)
        return PictureLook(sketched, blank, make_thumbnail(image) if thumbnail else None)

    @cached_property
    def key(self) -> str | None:
        """Name what its pixels depend on, its file and its crop; None where there is no file."""
        content = self.content
        return None if content is None else sha256(content + repr(tuple(self.crop)).encode()).hexdigest()

    @property
    def sketch(self) -> Sketch | None:
        """What it is compared by; None where it cannot be looked at."""
        look = self.look()
        return look.sketch if isinstance(look, PictureLook) else None

    @property
    def blank(self) -> bool:
        """Whether there is one colour, or nearly nothing, on it."""
        look = self.look()
        return isinstance(look, PictureLook) and look.blank

    @property
    def only_linked(self) -> bool:
        """Whether its file is not in the document, which is seen without decoding anything."""
        return self._placed.part is None and bool(self._placed.linked)

    @property
    def fault(self) -> Fault | None:
        """Why it cannot be looked at, in one word."""
        look = self.look()
        return None if isinstance(look, PictureLook) else look.fault

    @property
    def problem(self) -> str | None:
        """Why it cannot be looked at, in words for the student."""
        look = self.look()
        return None if isinstance(look, PictureLook) else str(look)

    def _box(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        (width, height), crop = size, self._placed.crop
        left, top = min(round(crop.left * width), width - 1), min(round(crop.top * height), height - 1)
        right, bottom = round((1 - crop.right) * width), round((1 - crop.bottom) * height)
        return left, top, max(right, left + 1), max(bottom, top + 1)

    @contextmanager
    def _opened(self) -> Iterator[Image]:
        limit = self._holder.limits.pixels
        try:
            with open_image(self._data(), most_pixels=limit) as image:
                yield image
        except ImageTooLarge as error:
            message = f"{self._name} has over {limit / 1_000_000:,.0f} million pixels."
            raise UnreadablePictureError("too large", message) from error
        except _DECODERS_RAISE as error:
            raise self._undecodable() from error

    @property
    def _name(self) -> str:
        return f"Picture {self.number} in {self._holder.shown_as}"

    def _undecodable(self) -> UnreadablePictureError:
        ending = (self._placed.part or "").rpartition(".")[2].lower()
        if ending in _PIXEL_ENDINGS:
            return UnreadablePictureError("damaged", f"{self._name} is damaged: not all of it is there.")
        message = f"{self._name} is of a kind (.{ending}) that is not looked at here."
        return UnreadablePictureError("unsupported", message)

    def _data(self) -> bytes:
        if self._placed.part is None:
            if self.only_linked:
                message = f"{self._name} is only linked, not in the document: nobody else can see it."
                raise UnreadablePictureError("linked", message)
            raise UnreadablePictureError("lost", f"{self._name} is empty: its image is not in the document.")
        try:
            return self._holder.read(self._placed.part)
        except PartError as error:
            raise UnreadablePictureError("damaged", f"{self._name} is damaged.") from error


def _as_png(image: Image, **options: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()
