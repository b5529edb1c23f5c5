"""The files of one hand-in, read and put together as the student had them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.model.hand_in_limits import HandInLimits, megabytes
from grader.platforms.exports.flattening import put_back_templates, take_off_numbers
from grader.submission.junk import without_environments
from grader.submission.opening import without_wrapper
from grader.submission.own_reports import without_own_reports
from grader.submission.unpacking import is_archive, look_into_zip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.platforms.exports.listing import ExportEntry

_HOW_TO_ZIP = "Make a new zip: select your folder, then Compress (macOS) or Send to > Compressed folder (Windows)."


@dataclass(frozen=True)
class Assembled:
    """What came of the parts.

    Parameters
    ----------
    unopened
        Why archives among the parts could not be opened; the rest is there all the same.
    reports
        The grader's own reports that lay among the files, and are not in them.
    """

    files: dict[str, bytes]
    notes: tuple[str, ...] = ()
    unopened: tuple[InputError, ...] = ()
    reports: tuple[str, ...] = ()


def assemble(parts: Sequence[ExportEntry], limits: HandInLimits, *, flattened: bool, numbered: bool) -> Assembled:
    """Read a hand-in's parts, unpack the archives among them, and undo what the platform did to loose files.

    It may have `flattened` them, out of their folders, and `numbered` one that is uploaded a second time.  Raises
    `InputError`: a limit is exceeded, a part cannot be read, or nothing but an archive that cannot be opened is there.
    """
    loose = _read(parts, limits)
    notes: tuple[str, ...] = ()
    if numbered:
        loose, notes = take_off_numbers(loose, {part.path: part.order for part in parts})
    archives = {path: loose.pop(path) for path in list(loose) if is_archive(path)}
    if flattened:
        loose, put_back = put_back_templates(loose)
        notes += put_back
    unpacked, faults = _unpack(archives, limits)
    # A loose file stays where both have one: the student handed it in by itself.
    files, reports = without_own_reports(unpacked | loose)
    _, files = without_wrapper(files)
    _check(files, limits)
    if faults and not files:
        raise faults[0]
    return Assembled(files, notes, tuple(faults), reports)


def _read(parts: Sequence[ExportEntry], limits: HandInLimits) -> dict[str, bytes]:
    own = set(without_environments(part.path for part in parts))
    wanted = [part for part in parts if part.path in own]
    if not wanted:
        raise InputError("The hand-in is empty: there are no files in it.")
    if len(wanted) > limits.entries:
        raise InputError(f"The hand-in holds {len(wanted):,} files; the limit is {limits.entries:,}.")
    if sum(part.size for part in wanted) > limits.total:
        raise InputError(f"The hand-in holds more than {megabytes(limits.total)}.")
    return {part.path: part.place.read(limits.file) for part in wanted}


def _unpack(archives: Mapping[str, bytes], limits: HandInLimits) -> tuple[dict[str, bytes], list[InputError]]:
    """Unpack what can be; several archives into a folder each, or the later one's app.py would hide the other's."""
    opened: dict[str, bytes] = {}
    faults = []
    size = 0
    for path, content in archives.items():
        files, fault = look_into_zip({path.rpartition("/")[2]: content}, limits)
        if fault is not None:
            faults.append(fault)
        size += sum(map(len, files.values()))
        if size > limits.total:
            raise InputError(f"The hand-in holds more than {megabytes(limits.total)} when unpacked.")
        folder = path.rpartition(".")[0] if len(archives) > 1 else path.rpartition("/")[0]
        opened |= {f"{folder}/{inner}" if folder else inner: data for inner, data in files.items()}
    return opened, faults


def _check(files: Mapping[str, bytes], limits: HandInLimits) -> None:
    """Check the limits on the whole: each archive alone keeps them."""
    if len(files) > limits.entries:
        raise InputError(f"The hand-in holds {len(files):,} files; the limit is {limits.entries:,}.")
    folders = {str(parent) for path in files for parent in PurePosixPath(path).parents}
    both = sorted(folders.intersection(files))
    if both:
        raise InputError(f"The hand-in has both a file and a folder called {both[0]!r}.", hint=_HOW_TO_ZIP)
    total = sum(map(len, files.values()))
    if total > limits.total:
        raise InputError(f"The hand-in is {megabytes(total)} when unpacked; the limit is {megabytes(limits.total)}.")
