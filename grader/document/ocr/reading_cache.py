"""What was read in a picture is kept, so that a second look costs nothing.

One small file for each picture, named by its content and by what read it, in the user's own cache folder.  Many
processes may use it at the same time: a file is written beside its place and moved there whole.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING

from grader.document.ocr.recognition import SETTINGS, TextLine, read_pictures, recogniser
from grader.machine.files import cache_folder, replacing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.document.labelling.pictures import Picture
    from grader.document.ocr.recognition import Reading


_LARGEST_FILE = 2_000_000


def read_or_remember(pictures: Sequence[Picture]) -> list[Reading | None]:
    """Read pictures, those that have been read before from the cache; None for what cannot be looked at.

    Without a recogniser on this machine nothing is read, and nothing taken from the cache either.
    """
    by = recogniser()
    if by is None:
        return [None] * len(pictures)
    cache = _Cache(by)
    keys = [_key(picture) for picture in pictures]
    known = {key: found for key in set(keys) if key is not None and (found := cache.get(key)) is not None}
    unknown = {key: picture for key, picture in zip(keys, pictures, strict=True) if key and key not in known}
    for key, reading in zip(unknown, read_pictures(list(unknown.values())), strict=True):
        if reading is not None:
            known[key] = reading
            cache.put(key, reading)
    return [known.get(key) if key else None for key in keys]


def _key(picture: Picture) -> str | None:
    """Return what a picture's pixels depend on, its file and its crop; None where there is no file."""
    content = picture.content
    return None if content is None else hashlib.sha256(content + repr(tuple(picture.crop)).encode()).hexdigest()


class _Cache:
    def __init__(self, by: str) -> None:
        self._folder = cache_folder() / "ocr" / hashlib.sha256(f"{by}; settings {SETTINGS}".encode()).hexdigest()[:16]

    def get(self, key: str) -> Reading | None:
        """Return what was read; None where it is not there, or broken."""
        path = self._folder / f"{key}.json"
        try:
            with path.open("rb") as file:
                kept = json.loads(file.read(_LARGEST_FILE))
            return tuple(_line(*each) for each in kept)
        except (OSError, ValueError, TypeError, RecursionError):
            return None

    def put(self, key: str, reading: Reading) -> None:
        """Keep what was read; where the disk is full or may not be written to, it is read again next time."""
        with suppress(OSError), replacing(self._folder / f"{key}.json") as file:
            file.write(json.dumps(reading).encode())


def _line(text: object, left: int, top: int, right: int, bottom: int) -> TextLine:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no text")
    return TextLine(text, int(left), int(top), int(right), int(bottom))
