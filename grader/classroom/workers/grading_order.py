"""In which order a class is graded, so that at its end nobody waits for a hand-in that hangs."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.platforms.exports.paths import list_export
from grader.submission.archive import DirectoryTooLongError, EntryError, NoZipError, open_zip, read_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.platforms.exports.handin import HandIn

_MAY_WAIT = re.compile(rb"\b(?:while|sleep|wait|acquire|input)\b|<script")
_EARLIER = 0.5
_MOST_FILES, _LONGEST = 10, 100_000
"""So many Python files are looked at, none of them nor a zip's table of contents longer than so many bytes."""


def in_grading_order(hand_ins: Sequence[HandIn]) -> list[HandIn]:
    """Return hand-ins, those early whose code says that they may keep a worker waiting; for whoever sends them out.

    Ten seconds and more are waited for what hangs.  Others are graded meanwhile, as long as there are others: so what
    may hang comes at half its place, and not first of all, where nothing would be graded but such.
    """
    places = [number * (_EARLIER if _may_wait(hand_in) else 1) for number, hand_in in enumerate(hand_ins)]
    return [hand_ins[number] for number in sorted(range(len(hand_ins)), key=places.__getitem__)]


def _may_wait(hand_in: HandIn) -> bool:
    # Whoever opens it says what is wrong.
    with suppress(InputError, OSError, NoZipError, DirectoryTooLongError, EntryError):
        return any(map(_MAY_WAIT.search, islice(_python_files(hand_in), _MOST_FILES)))
    return False


def _python_files(hand_in: HandIn) -> Iterator[bytes]:
    """Yield what can be had at once: what lies in a zip of a zip is left out."""
    folder = Path(hand_in.whole) if hand_in.whole else None
    for entry in list_export(folder).entries if folder and folder.is_dir() else hand_in.parts:
        if entry.path.endswith(".py") and entry.size <= _LONGEST:
            yield entry.place.read(_LONGEST)
        elif entry.path.lower().endswith(".zip") and entry.place.entry is None:
            yield from _in_zip(entry.place.disk)


def _in_zip(disk: str) -> Iterator[bytes]:
    with Path(disk).open("rb") as packed, open_zip(packed, longest_directory=_LONGEST) as archive:
        for info in archive.infolist():
            if info.filename.endswith(".py") and info.file_size <= _LONGEST:
                yield read_entry(archive, info, _LONGEST)
