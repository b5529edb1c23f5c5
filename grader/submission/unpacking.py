"""Reading a zip from a stranger.

Nothing is written to disk: the entries are read into memory, so that no name in the archive can reach outside.  They
are checked all the same, because the app is run in a folder that is made from them.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.faults import InputError
from grader.submission.junk import without_environments
from grader.submission.limits import MEGABYTE, HandInLimits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OTHER_ARCHIVES = {
    b"Rar!\x1a\x07": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
}
_MAGIC_LENGTH = 8
_RATIO_APPLIES_FROM = 10 * MEGABYTE
_ENCRYPTED = 0x1
_HOW_TO_ZIP = "Make a new zip: select your folder, then Compress (macOS) or Send to > Compressed folder (Windows)."


def read_zip(path: Path, limits: HandInLimits) -> dict[str, bytes]:
    """Return the files in a zip by their relative paths, junk left out.

    Raises
    ------
    InputError
        It cannot be opened, is encrypted, exceeds a limit, or an entry would leave the folder; says which and where.

    """
    try:
        return _read(io.BytesIO(path.read_bytes()), path.name, limits)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _read(packed: io.BytesIO, name: str, limits: HandInLimits) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(packed) as archive:
            entries = dict(_entries(archive, name, limits))
            wanted = without_environments(entries)
            _check_total([entries[path] for path in wanted], name, limits)
            files = {path: _content(archive, entries[path], name, limits) for path in wanted}
    except (zipfile.BadZipFile, EOFError, UnicodeDecodeError) as error:
        raise _unreadable(packed, name) from error
    return _inner_zip(files, limits) or files


def _inner_zip(files: dict[str, bytes], limits: HandInLimits) -> dict[str, bytes] | None:
    """Look through a zip that holds nothing to run but one other zip: handed in twice wrapped."""
    inner = [path for path in files if path.lower().endswith(".zip")]
    if len(inner) != 1 or any(path.lower().endswith(".py") for path in files):
        return None
    beside = {path: content for path, content in files.items() if path != inner[0]}
    return beside | _read(io.BytesIO(files[inner[0]]), inner[0], limits)


def _entries(archive: zipfile.ZipFile, name: str, limits: HandInLimits) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    infos = archive.infolist()
    if len(infos) > limits.entries:
        wanted = without_environments(info.filename for info in infos)
        if len(wanted) > limits.entries:
            raise InputError(
                f"{name} holds {len(wanted):,} files; the limit is {limits.entries:,}.",
                hint="Zip only your own work: app.py, the templates folder and the Word document.",
            )
    for info in infos:
        if info.is_dir():
            continue
        yield safe_path(info.filename, name), info


def safe_path(entry: str, archive: str) -> str:
    """Return an entry's path with forward slashes.

    Raises
    ------
    InputError
        It would leave the folder it is unpacked into.

    """
    path = PurePosixPath(entry.replace("\\", "/"))
    drive = len(path.parts) > 0 and ":" in path.parts[0]
    if path.is_absolute() or drive or ".." in path.parts or not path.parts or "\x00" in entry:
        raise InputError(f"{archive} has an entry that leaves the folder it is unpacked into: {entry!r}.")
    return str(path)


def _check_total(infos: list[zipfile.ZipInfo], name: str, limits: HandInLimits) -> None:
    total = sum(info.file_size for info in infos)
    if total > limits.total:
        raise InputError(
            f"{name} is {total // MEGABYTE:,} MB when unpacked; the limit is {limits.total // MEGABYTE} MB.",
            hint="Zip only your own work: app.py, the templates folder and the Word document.",
        )


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limits: HandInLimits) -> bytes:
    if stat.S_ISLNK(info.external_attr >> 16):
        raise InputError(f"{name} has a link in it, {info.filename!r}; only files and folders can be handed in.")
    if info.flag_bits & _ENCRYPTED:
        raise InputError(
            f"{name} is protected with a password ({info.filename!r} is encrypted).",
            hint="Make the zip again without a password.",
        )
    if info.file_size > limits.file:
        raise InputError(
            f"{info.filename!r} in {name} is {info.file_size // MEGABYTE:,} MB; "
            f"the limit is {limits.file // MEGABYTE} MB a file.",
        )
    if info.file_size > _RATIO_APPLIES_FROM and info.file_size > limits.ratio * max(info.compress_size, 1):
        raise InputError(
            f"{info.filename!r} in {name} unpacks to more than {limits.ratio} times its packed size: "
            "it looks like a zip bomb and was not unpacked.",
        )
    try:
        return archive.read(info)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputError(f"{name} is damaged: {info.filename!r} cannot be unpacked.", hint=_HOW_TO_ZIP) from error
    except (NotImplementedError, RuntimeError) as error:
        raise InputError(
            f"{info.filename!r} in {name} is packed in a way that cannot be read.",
            hint=_HOW_TO_ZIP,
        ) from error


def _unreadable(packed: io.BytesIO, name: str) -> InputError:
    start = packed.getvalue()[:_MAGIC_LENGTH]
    if not start:
        return InputError(f"{name} is empty (0 bytes).", hint=_HOW_TO_ZIP)
    for magic, archive in _OTHER_ARCHIVES.items():
        if start.startswith(magic):
            return InputError(f"{name} is a {archive} archive, not a zip.", hint=_HOW_TO_ZIP)
    return InputError(f"{name} is not a zip that can be opened; it may be damaged or cut short.", hint=_HOW_TO_ZIP)
