"""Reading whatever the user named: which platform wrote it, and whose each part is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.machine.shell import command
from grader.model.faults import InputError
from grader.model.text import listed
from grader.platforms.exports.folder_names import clean_name, unique_names
from grader.platforms.exports.gathering import gather, share_read
from grader.platforms.exports.handin import HandIn
from grader.platforms.exports.paths import list_export, list_packed
from grader.platforms.exports.whose import NOBODY
from grader.platforms.plain.export import PlainExport, holds_several, is_one_hand_in
from grader.platforms.registry import EXPORTS
from grader.platforms.writing_grades import open_gradebook
from grader.submission.unpacking import is_archive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.platforms.exports.listing import Listing
    from grader.platforms.exports.platform import Platform
    from grader.platforms.exports.whose import Enrolled

    _Reading = tuple[list[HandIn], list[str]]

_ENOUGH = 0.5
_MOST_WRAPPERS = 3
_MOST_NAMED = 5
_WORD = "a Word document"
_OFFICE = {
    ".docx": _WORD,
    ".docm": "a Word document with macros",
    ".xlsx": "an Excel workbook",
    ".pptx": "a PowerPoint presentation",
    ".odt": "an OpenDocument text",
    ".ods": "an OpenDocument spreadsheet",
    ".pages": "a document of Apple Pages",
}
"""What is a zip, too."""


@dataclass(frozen=True)
class Export:
    """A class's hand-ins.

    They are in the order of their paths, with names that are unique; the notes say what each path was taken for, and
    what in it is nobody's.
    """

    hand_ins: tuple[HandIn, ...]
    notes: tuple[str, ...]


def read_exports(paths: Sequence[Path], enrolled: Enrolled = NOBODY) -> Export:
    """Find the hand-ins in exports of learning platforms, and in plain folders and zips; nothing is opened yet.

    Each path is an export, a folder of submissions, or one submission; `enrolled` may have handed in, where a gradebook
    says so.  Raises `InputError`: a path is not there, cannot be opened, or holds nothing that was handed in; says
    which.
    """
    hand_ins: list[HandIn] = []
    once = list({path.resolve(): path for path in reversed(paths)}.values())[::-1]
    notes = ["What was named more than once is read once."] if len(once) < len(paths) else []
    for found, said in _read_all(once, enrolled):
        hand_ins += found
        notes += said
    names = unique_names(hand_in.name for hand_in in hand_ins)
    named = (
        hand_in if name == hand_in.name else replace(hand_in, name=name, called=hand_in.name)
        for hand_in, name in zip(hand_ins, names, strict=True)
    )
    return Export(tuple(named), tuple(notes))


def _read_all(paths: Sequence[Path], enrolled: Enrolled) -> list[_Reading]:
    """Read each path; a few exports among many others are students' zips that were made to look like one."""
    alone = len(paths) == 1
    readings = [_read_one(path, enrolled, alone=alone) for path in paths]
    exports = [found for found, _ in readings if found and found[0].platform != PlainExport.name]
    if len(exports) >= _ENOUGH * len(paths):
        return readings
    return [_read_one(path, enrolled, alone=alone, exports=False) for path in paths]


def _read_one(path: Path, enrolled: Enrolled, *, alone: bool, exports: bool = True) -> _Reading:
    if path.suffix == ".py" and path.is_file():
        return _whole(path, path.resolve().parent.name)
    if path.suffix.lower() in _OFFICE and path.is_file():
        kind = _OFFICE[path.suffix.lower()]
        if alone:
            hint = f"A document by itself is graded with: {command('grader', 'check', path)}"
            raise InputError(
                f"{path} is {kind}, and not a class's hand-ins.",
                hint=hint if kind == _WORD else "Name the export, or a folder of submissions.",
            )
        return _whole(path, path.stem, problem=None if kind == _WORD else f"{path.name} is {kind}, not a zip.")
    if not alone and path.suffix.lower() == ".csv" and path.is_file():
        _refuse_gradebook(path)
    try:
        listing = replace(list_export(path), enrolled=enrolled)
    except InputError:
        # One of several that cannot be opened is a hand-in all the same; by itself it is a mistake in the command.
        if alone or not path.is_file():
            raise
        return _whole(path, _name_of(path))
    if not any(entry.path for entry in listing.entries):
        if alone:
            hint = " ".join(listing.notes) or "Download the export again."
            raise InputError(f"{path} is empty: there are no submissions in it.", hint=hint)
        return _whole(path, _name_of(path), problem=f"{path.name} is empty: there are no files in it.")
    return (_recognised(listing) if exports else None) or _plain(listing, alone=alone)


def _refuse_gradebook(path: Path) -> None:
    """See to it that a gradebook among exports is not graded as somebody's work.

    Raises `InputError`: it is one.
    """
    try:
        book = open_gradebook(path)
    except InputError:
        return
    given = command("--gradebook", path)
    raise InputError(f"{path} is a gradebook of {book.platform}, and no hand-in.", hint=f"Give it with {given}")


def _name_of(path: Path) -> str:
    return path.stem if is_archive(path.name) else path.resolve().name


def _whole(path: Path, name: str, problem: str | None = None) -> _Reading:
    """Return a path that is one hand-in."""
    hand_in = HandIn(
        name=clean_name(name), source=str(path), platform=PlainExport.name, whole=str(path), problem=problem
    )
    return [hand_in], [f"{path} is one hand-in."]


def _recognised(listing: Listing) -> _Reading | None:
    """Read an export of the first platform that would have written at least half of what lies at the top."""
    here: Listing | None = listing
    for _ in range(_MOST_WRAPPERS):
        if here is None:
            break
        readers = [kind.for_listing(here) for kind in EXPORTS]
        share, best = max(((share_read(reader, here), -index) for index, reader in enumerate(readers)))
        if share >= _ENOUGH:
            return _read_as(readers[-best], here)
        here = here.unwrapped()
    return None


def _plain(listing: Listing, *, alone: bool) -> _Reading:
    if alone:
        _refuse_exports_inside(listing)
    # A student's zip is never looked into for an export: who wrote it could hand in for everyone else.
    here = listing
    inner = here.unwrapped() if alone or listing.source.is_file() else None
    while inner is not None and (listing.source.is_file() or holds_several(inner)):
        here, inner = inner, inner.unwrapped()
    if is_one_hand_in(here, alone=alone):
        return _whole(listing.source, _name_of(listing.source))
    return _read_as(PlainExport.for_listing(here), here)


def _refuse_exports_inside(listing: Listing) -> None:
    """Say that what was named holds exports, packed once more or beside each other, and no hand-ins.

    Raises `InputError`: they are all that it holds.
    """
    inside = listing.unwrapped() or listing
    found = []
    for top, entries in inside.tops.items():
        packed = is_archive(top) and list_packed(entries[0])
        below = packed or replace(inside, entries=tuple(entries)).unwrapped()
        read = _recognised(below) if below is not None and (packed or not is_archive(top)) else None
        if read is None or len(read[0]) <= 1:
            return
        found.append((top, read[0][0].platform))
    if not found:
        return
    is_folder = listing.source.is_dir()
    what = listed([f"{top}, an export of {platform}" for top, platform in found], _MOST_NAMED)
    first = listing.source / inside.wrapper / found[0][0]
    by_itself = f"Grade each by itself: {command('grader', 'batch', first, '--out', 'graded')}"
    raise InputError(
        f"{listing.source} holds no hand-ins, but {what}.",
        hint=by_itself if is_folder else "Unpack it, and name the export that is in it.",
    )


def _read_as(platform: Platform, listing: Listing) -> _Reading:
    found, nobodys = gather(platform, listing)
    kind = "a folder" if listing.source.is_dir() else "a zip"
    known = platform.name != PlainExport.name
    hand_ins = f"{len(found)} hand-in{'' if len(found) == 1 else 's'}"
    said = f"{listing.source} is {f'an export of {platform.name}' if known else kind} with {hand_ins}."
    return found, [said, *listing.notes, *_say_nobodys(nobodys, listing)]


def _say_nobodys(paths: Sequence[str], listing: Listing) -> list[str]:
    if not paths:
        return []
    return [f"Nobody's in {listing.source}, and left out: {listed(paths, _MOST_NAMED)}."]
