"""Reading a zip from a stranger.

Nothing is written to disk: the entries are read into memory, so that no name in the archive can reach outside.  They
are checked all the same, because the app is run in a folder that is made from them.
"""

from __future__ import annotations

import io
import posixpath
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from grader.model.faults import CannotBeRead, Code, InputError
from grader.model.hand_in_limits import HandInLimits, megabytes, too_large
from grader.submission.archive import (
    HOW_TO_ZIP,
    DirectoryTooLongError,
    EntryError,
    NoZipError,
    entry_name,
    is_encrypted,
    is_link,
    open_zip,
    read_entry,
    safe_path,
)
from grader.submission.finding_app import IS_PYTHON
from grader.submission.junk import without_environments

if TYPE_CHECKING:
    import zipfile

_OTHER_ARCHIVES = {
    b"Rar!\x1a\x07": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
_ENDINGS = {
    ".rar": "RAR",
    ".7z": "7-Zip",
    ".tar": "tar",
    ".gz": "gzip",
    ".tgz": "gzip",
    ".bz2": "bzip2",
    ".xz": "xz",
    ".zipx": "WinZip",
}
_OTHER_FILES = {b"%PDF": "a PDF", b"<!DOCTY": "a web page", b"<!doctyp": "a web page", b"<html": "a web page"}
_MAGIC_LENGTH = 8
_MOST_LOOKED_AT = 20_000
_MOST_ZIPS_IN_ZIPS = 3
_MOST_ZIPS = 20
_LONGEST_LINK = 4096
_OFFICE_FILE = "[Content_Types].xml"
_ONLY_YOUR_OWN = "Zip only your own work: app.py, the templates folder and the Word document."


def read_zip(path: Path, limits: HandInLimits) -> tuple[dict[str, bytes], InputError | None]:
    """Return the files in a zip by their relative paths, junk left out, as `look_into_zip` does.

    Raises `InputError`: it cannot be opened, is encrypted, exceeds a limit, or an entry would leave the folder; says
    which and where.
    """
    try:
        packed = path.open("rb")
    except OSError as error:
        raise CannotBeRead(f"{path.name} cannot be read: {error.strerror or error}.") from error
    with packed:
        try:
            files, lost = _read(packed, path.name, limits)
            files, unopened = look_into_zip(files, limits)
        except OSError as error:  # a damaged zip leads to places that are none
            raise _no_zip(f"{path.name} cannot be read: {error.strerror or error}.", path.name) from error
    return files, unopened or lost


def is_archive(path: str) -> bool:
    """Whether a file's name says that it is packed, as a zip or in another format."""
    return path.lower().endswith((".zip", *_ENDINGS))


def look_into_zip(
    files: dict[str, bytes], limits: HandInLimits, *, depth: int = 0
) -> tuple[dict[str, bytes], InputError | None]:
    """Unpack the zips among files that hold nothing else to run: beside the document, wrapped twice, one an exercise.

    Of several each has a folder of its own. Returned are the files, and why an archive among them could not be opened,
    or what in it is only a link; then the others are there without it.
    """
    inner = [path for path in files if is_archive(path)]
    if depth == _MOST_ZIPS_IN_ZIPS or len(inner) > _MOST_ZIPS or any(path.lower().endswith(".py") for path in files):
        return files, None
    found, unopened = {path: content for path, content in files.items() if path not in inner}, None
    for path in inner:
        folder = path.rpartition("/")[0] if len(inner) == 1 else path.rpartition(".")[0]
        try:
            packed, lost = _read(io.BytesIO(files[path]), path, limits)
        except InputError as error:
            unopened = unopened or error
            continue
        unpacked, deeper = look_into_zip(packed, limits, depth=depth + 1)
        found |= {f"{folder}/{each}" if folder else each: content for each, content in unpacked.items()}
        unopened = unopened or deeper or lost
        if len(found) > limits.entries:
            raise _too_many(len(found), path, limits)
        if sum(map(len, found.values())) > limits.total:
            said = f"The zips in it are more than {megabytes(limits.total)} when unpacked, all together."
            raise too_large(said, path, "total", _ONLY_YOUR_OWN)
    return found, unopened


def _read(packed: BinaryIO, name: str, limits: HandInLimits) -> tuple[dict[str, bytes], InputError | None]:
    """Return a zip's files, and which program is only a link that leads out of it."""
    try:
        archive = open_zip(packed)
    except DirectoryTooLongError:
        raise too_large(f"{name} holds hundreds of thousands of files.", name, "entries", _ONLY_YOUR_OWN) from None
    except (NoZipError, OSError) as error:
        raise why_no_zip(packed, name) from error
    with archive:
        # Folders are left out (old Windows programs write backslashes); of several files with one path the last counts.
        files = (info for info in archive.infolist() if not info.filename.endswith(("/", "\\")))
        entries = {safe_path(entry_name(info), name): info for info in files}
        if _OFFICE_FILE in entries:
            raise InputError(
                f"{name} is a Word document or the like, not a zip with your work.",
                hint="Name the folder or zip that holds your app.py and this document.",
                code=Code.NO_ZIP,
                facts={"source": name, "archive": "Office"},
            )
        wanted = {path: entries[path] for path in without_environments(entries)}
        followed, lost = _without_links(archive, wanted, name, limits)
        _check(followed, name, limits)
        return {path: _content(archive, path, info, name) for path, info in followed.items()}, lost


def _without_links(
    archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str, limits: HandInLimits
) -> tuple[dict[str, zipfile.ZipInfo], InputError | None]:
    """Return the entries with what their links lead to within the zip, and which program leads out of it.

    macOS packs links as links.  A link to a link is not followed, nor one in a folder that is linked to.
    """
    files = {path: info for path, info in entries.items() if not is_link(info)}
    followed, lost = dict(files), None
    for path in sorted(entries.keys() - files.keys()):
        target = _target(archive, path, entries[path], name)
        inside = {path + other.removeprefix(target): info for other, info in files.items() if _is_at(other, target)}
        followed |= inside
        if len(followed) > limits.entries:
            raise _too_many(len(followed), name, limits)
        if not inside and path.endswith(".py"):
            lost = lost or InputError(
                f"{path} in {name} is a link to a file that is not in the zip.",
                hint="Put the file itself into the zip.",
                code=Code.LINK_IN_A_ZIP,
                facts={"source": name, "entry": path},
            )
    return followed, lost


def _is_at(path: str, place: str) -> bool:
    """Whether a file is what is named, or lies in that folder."""
    return path == place or path.startswith(f"{place}/")


def _target(archive: zipfile.ZipFile, path: str, info: zipfile.ZipInfo, name: str) -> str:
    """Return where in the zip a link leads to; a path that nothing in it has where it leads out."""
    if info.file_size > _LONGEST_LINK:
        return ""
    target = _content(archive, path, info, name).decode("utf-8", "backslashreplace")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _check(entries: dict[str, zipfile.ZipInfo], name: str, limits: HandInLimits) -> None:
    """Check all that can be known before anything is unpacked."""
    if len(entries) > limits.entries:
        raise _too_many(len(entries), name, limits)
    folders = {str(parent) for path in entries for parent in PurePosixPath(path).parents}
    for path, info in entries.items():
        _check_entry(path, info, name, limits)
        if path in folders:
            raise _no_zip(f"{name} has both a file and a folder called {path!r}.", name)
    total = sum(info.file_size for info in entries.values())
    if total > limits.total:
        said = f"{name} is {megabytes(total)} when unpacked; the limit is {megabytes(limits.total)}."
        raise too_large(said, name, "total", _ONLY_YOUR_OWN)


def _too_many(number: int, name: str, limits: HandInLimits) -> InputError:
    said = f"{name} holds {number:,} files; the limit is {limits.entries:,}."
    return too_large(said, name, "entries", _ONLY_YOUR_OWN)


def _no_zip(said: str, name: str, archive: str | None = None) -> InputError:
    return InputError(said, hint=HOW_TO_ZIP, code=Code.NO_ZIP, facts={"source": name, "archive": archive})


def _check_entry(path: str, info: zipfile.ZipInfo, name: str, limits: HandInLimits) -> None:
    if is_encrypted(info):
        raise InputError(
            f"{name} is protected with a password ({path!r} is encrypted).",
            hint="Make the zip again without a password.",
            code=Code.LOCKED,
            facts={"source": name},
        )
    if info.file_size > limits.file:
        said = f"{path!r} in {name} is {megabytes(info.file_size)}; the limit is {megabytes(limits.file)} a file."
        raise too_large(said, name, "file")
    if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
        said = f"{path!r} in {name} unpacks to more than {limits.ratio} times its packed size: "
        raise too_large(f"{said}it looks like a zip bomb and was not unpacked.", name, "ratio")


def _content(archive: zipfile.ZipFile, path: str, info: zipfile.ZipInfo, name: str) -> bytes:
    try:
        return read_entry(archive, info)
    except EntryError as error:
        odd = f"{path!r} in {name} is packed in a way that cannot be read."
        raise _no_zip(odd if error.is_odd else f"{name} is damaged: {path!r} cannot be unpacked.", name) from error


def why_no_zip(packed: BinaryIO, name: str) -> InputError:
    """Return what a file is that cannot be opened as a zip, and how a student makes one."""
    packed.seek(0)
    start = packed.read(_MAGIC_LENGTH)
    if not start:
        return _no_zip(f"{name} is empty (0 bytes).", name)
    by_magic = next((archive for magic, archive in _OTHER_ARCHIVES.items() if start.startswith(magic)), None)
    if archive := by_magic or _ENDINGS.get(PurePosixPath(name).suffix.lower()):
        return _no_zip(f"{name} is a {archive} archive, not a zip.", name, archive)
    if what := next((what for magic, what in _OTHER_FILES.items() if start.startswith(magic)), None):
        return _no_zip(f"{name} is {what}, not a zip.", name)
    if IS_PYTHON.search(start + packed.read(_MOST_LOOKED_AT)):
        said = f"{name} is no zip: it holds Python code, with a zip's name."
        facts = {"source": name, "archive": None}
        return InputError(said, hint="Rename it to app.py, and hand that in.", code=Code.NO_ZIP, facts=facts)
    return _no_zip(f"{name} is not a zip that can be opened; it may be damaged or cut short.", name)
