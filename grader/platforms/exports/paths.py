"""Looking into an export: the paths in a folder or zip, each with the place it can be read from.

An export may be of many gigabytes: nothing is unpacked, and nothing but names and sizes is read.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.faults import CannotBeRead, InputError
from grader.model.hand_in_limits import MEGABYTE, too_large
from grader.model.text import listed
from grader.platforms.exports.file_place import HOW_TO_EXPORT, LONGEST_DIRECTORY, FilePlace
from grader.platforms.exports.listing import ExportEntry, Listing
from grader.submission.archive import (
    DirectoryTooLongError,
    NoZipError,
    entry_name,
    is_link,
    open_zip,
    safe_path,
)
from grader.submission.folder_on_disk import scripts_in
from grader.submission.junk import is_junk, is_junk_file, is_junk_folder, without_parts_of_environments
from grader.submission.unpacking import why_no_zip

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

MOST_ENTRIES = 200_000
_LARGEST_PACKED = 1000 * MEGABYTE
_CLONE = ".git"
_MOST_NAMED = 5


def list_export(path: Path) -> Listing:
    """Return what a folder or zip holds.

    Raises `InputError`: it is not there, cannot be opened, or holds far more than a class hands in.
    """
    try:
        kind = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(
            f"There is no file or folder {path}.", hint="Name the export, or a folder of submissions."
        ) from error
    except OSError as error:
        raise CannotBeRead(f"{path} cannot be read: {error.strerror or error}.") from error
    if stat.S_ISDIR(kind):
        return _list_folder(path)
    if stat.S_ISREG(kind):
        return _list_zip(path)
    raise InputError(f"{path} is neither a folder nor a zip.", hint="Name the export, or a folder of submissions.")


def _list_folder(folder: Path) -> Listing:
    entries: list[ExportEntry] = []
    clones: set[str] = set()
    notes: list[str] = []
    links: list[str] = []

    def unreadable(error: OSError) -> None:
        path = Path(os.fsdecode(error.filename or ""))
        fault = InputError(f"{path} cannot be read: {error.strerror or error}.")
        if path == folder:
            raise fault from error
        notes.append(fault.message)  # the others are graded all the same
        name = _text(f"{path.relative_to(folder).as_posix()}/")
        entries.append(ExportEntry(name, 0, FilePlace(str(path)), readable=False))

    for here, folders, names in os.walk(folder, onerror=unreadable):
        inside = Path(here)
        relative = inside.relative_to(folder).as_posix()
        if _CLONE in folders or _CLONE in names:  # a worktree has a file of that name
            clones.add(relative)
        links += [str(inside / name) for name in folders if (inside / name).is_symlink()]
        folders[:] = sorted(
            name
            for name in without_parts_of_environments(folders, names, scripts_in(inside, folders))
            if not (inside / name).is_symlink()
        )
        found = list(_files(folder, inside, names, links))
        entries += found
        if not found and not folders and inside != folder:
            entries.append(ExportEntry(_text(f"{relative}/"), 0, FilePlace(here)))
        if len(entries) > MOST_ENTRIES:
            raise _too_many(folder)
    entries.sort(key=lambda entry: entry.path)
    if links:
        named = listed([_text(link) for link in sorted(links)], _MOST_NAMED)
        notes.append(f"Links that lead to a folder or out of {folder} are not followed: {named}.")
    name = Path(os.path.realpath(folder)).name
    return Listing(folder, tuple(entries), frozenset(clones), name, tuple(notes))


def _files(folder: Path, inside: Path, names: list[str], links: list[str]) -> Iterator[ExportEntry]:
    """Yield the export's own files: no pipe, no device; links that lead elsewhere are put into a list."""
    for name in sorted(names):
        path = inside / name
        try:
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                # Not from one student's folder into another's: it would be handed in twice.
                if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(inside)):
                    links.append(str(path))
                    continue
                status = path.stat()
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode) and not is_junk_file(name):
            yield ExportEntry(_text(path.relative_to(folder).as_posix()), status.st_size, FilePlace(str(path)))


def _text(path: str) -> str:
    """Return a path as text; bytes that are no text in it are shown as such."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _too_many(path: Path) -> InputError:
    hint = "Name the export of one assignment and nothing else."
    return too_large(f"{path} holds more than {MOST_ENTRIES:,} files.", str(path), "entries", hint)


def _list_zip(path: Path) -> Listing:
    try:
        with path.open("rb") as packed, open_zip(packed, longest_directory=LONGEST_DIRECTORY) as archive:
            infos = archive.infolist()
    except DirectoryTooLongError:
        raise _too_many(path) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    except NoZipError as error:
        with path.open("rb") as packed:
            fault = why_no_zip(packed, str(path))
        unpack = f"{HOW_TO_EXPORT} Or unpack it, and name the folder."
        fault.hint = unpack if fault.facts["archive"] else HOW_TO_EXPORT
        raise fault from error
    return _listed(infos, path)


def list_packed(entry: ExportEntry) -> Listing | None:
    """Return what a zip in an export holds, by its paths alone; None where it cannot be opened."""
    try:
        if entry.place.entry is None:
            return list_export(Path(entry.place.disk))
        with open_zip(io.BytesIO(entry.place.read(_LARGEST_PACKED))) as archive:
            return _listed(archive.infolist(), Path(entry.path))
    except (InputError, DirectoryTooLongError, NoZipError, OSError):
        return None


def _listed(infos: list[zipfile.ZipInfo], path: Path) -> Listing:
    """Return a zip's listing; `path` is where it lies."""
    if len(infos) > MOST_ENTRIES:
        raise _too_many(path)
    files, notes = _by_safe_path(infos, path)
    return Listing(
        path,
        tuple(sorted(_files_and_empty_folders(files, path), key=lambda entry: entry.path)),
        frozenset(before for before, mark, _ in (name.partition(f"/{_CLONE}/") for name in files) if mark),
        path.stem,
        notes,
    )


def _by_safe_path(infos: list[zipfile.ZipInfo], path: Path) -> tuple[dict[str, zipfile.ZipInfo], tuple[str, ...]]:
    """Return the entries by paths that stay inside; of several with the same path the last, as when it is unpacked."""
    found: dict[str, zipfile.ZipInfo] = {}
    odd: list[str] = []
    for info in infos:
        name = entry_name(info)
        try:
            safe = safe_path(name, path.name)
        except InputError:
            odd.append(_text(name))
            continue
        if is_link(info):
            odd.append(safe)
        else:
            found[f"{safe}/" if name.endswith(("/", "\\")) else safe] = info
    said = f"Links, and entries that would leave the folder, were left out of {path.name}"
    notes = (f"{said}: {listed(odd, _MOST_NAMED)}.",) if odd else ()
    return found, notes


def _files_and_empty_folders(found: dict[str, zipfile.ZipInfo], path: Path) -> Iterator[ExportEntry]:
    own = [name for name in found if not name.endswith("/") and not is_junk(name)]
    for name in own:
        yield ExportEntry(name, found[name].file_size, FilePlace(str(path), found[name].filename))
    filled = {parent for name in own for parent in _parents(name)}
    # Whose folder holds nothing but junk has handed in an empty one, which is said; none may be forgotten.
    folders = {_without_junk(name) for name in found}
    parents = {parent for name in folders for parent in _parents(name.rstrip("/"))}
    yield from (ExportEntry(name, 0, FilePlace(str(path))) for name in sorted(folders - filled - parents) if name)


def _without_junk(path: str) -> str:
    """Return the folder of a path, or the one above the first folder in it that is junk; empty for the top."""
    kept: list[str] = []
    for part in path.split("/")[:-1]:
        if is_junk_folder(part):
            break
        kept.append(part)
    return "/".join([*kept, ""])


def _parents(path: str) -> Iterator[str]:
    for index, character in enumerate(path):
        if character == "/":
            yield path[: index + 1]
