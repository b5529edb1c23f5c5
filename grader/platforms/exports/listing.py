"""What lies in an export: the paths in a folder or zip, each with the place it can be read from.  Nothing is unpacked.

An export may be of many gigabytes.  Its listing holds names and sizes; content is read for one hand-in at a time, and
never written to a disk.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from grader.model.faults import CannotBeRead, Code, InputError
from grader.model.hand_in_limits import MEGABYTE, megabytes
from grader.model.text import listed
from grader.submission.archive import (
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
from grader.submission.folder import scripts_in
from grader.submission.junk import is_junk, is_junk_file, is_junk_folder, without_parts_of_environments

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

MOST_ENTRIES = 200_000
_LONGEST_DIRECTORY = 64 * MEGABYTE
_CLONE = ".git"
_MOST_NAMED = 5
_HOW_TO_EXPORT = "Download the submissions from the learning platform again."


@dataclass(frozen=True)
class FilePlace:
    """Where a file lies.

    Parameters
    ----------
    disk
        A file, or the zip that holds it.
    entry
        The name in the zip, as it is written there; None for a file on the disk.

    """

    disk: str
    entry: str | None = None

    def read(self, limit: int) -> bytes:
        """Return the content.

        Raises
        ------
        InputError
            It cannot be read, is encrypted, or is larger than the limit.

        """
        if self.entry is not None:
            return self._from_zip(self.entry, limit)
        with self._open() as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise _too_large(Path(self.disk).name, limit)
        return content

    def digest(self) -> str:
        """Return what changes with the content, whatever its size; of a zip's entry, what the zip says of it.

        Raises
        ------
        CannotBeRead
            The machine does not give it.

        """
        if self.entry is not None:
            info = self._directory().getinfo(self.entry)
            return f"{info.CRC:08x} {info.file_size}"
        total = hashlib.sha256()
        with self._open() as file:
            while piece := file.read(MEGABYTE):
                total.update(piece)
        return total.hexdigest()

    def mark(self) -> str:
        """Return what changes when it is written anew, without reading it: of a zip's entry, as `digest` does.

        Raises
        ------
        CannotBeRead
            The machine does not give it.

        """
        if self.entry is not None:
            return self.digest()
        try:
            found = Path(self.disk).stat()
        except OSError as error:
            raise CannotBeRead(f"{self.disk} cannot be read: {error.strerror or error}.") from error
        return f"{found.st_size} {found.st_mtime_ns}"

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        try:
            with Path(self.disk).open("rb") as file:
                yield file
        except OSError as error:
            raise CannotBeRead(f"{self.disk} cannot be read: {error.strerror or error}.") from error

    def _directory(self) -> zipfile.ZipFile:
        try:
            return _directory(self.disk, Path(self.disk).stat().st_mtime_ns)
        except OSError as error:
            raise CannotBeRead(f"{self.disk} cannot be read: {error.strerror or error}.") from error

    def _from_zip(self, entry: str, limit: int) -> bytes:
        archive = copy.copy(self._directory())
        try:
            info = archive.getinfo(entry)
            _check_entry(info, limit)
            with self._open() as archive.fp:
                return read_entry(archive, info)
        except (KeyError, EntryError) as error:
            said, facts = f"{Path(self.disk).name} is damaged: {entry} cannot be unpacked.", {"source": self.disk}
            raise InputError(said, hint=_HOW_TO_EXPORT, code=Code.NO_ZIP, facts={**facts, "archive": None}) from error


def _check_entry(info: zipfile.ZipInfo, limit: int) -> None:
    if is_encrypted(info):
        said, hint = f"{info.filename} is protected with a password.", "Make the zip again without a password."
        raise InputError(said, hint=hint, code=Code.LOCKED, facts={"source": info.filename})
    if info.file_size > limit:
        raise _too_large(info.filename, limit)


@functools.lru_cache(maxsize=2)
def _directory(disk: str, _changed: int) -> zipfile.ZipFile:
    """Read a zip's table of contents once for all its hand-ins.

    The file is closed again: Windows lets nobody move or delete one that is open, and forks would share its position.
    """
    with Path(disk).open("rb") as file:
        archive = open_zip(file, longest_directory=_LONGEST_DIRECTORY)
    archive.fp = None
    return archive


def _too_large(name: str, limit: int) -> InputError:
    said = f"{name} is larger than {megabytes(limit)}, the limit for one file."
    return InputError(said, code=Code.TOO_LARGE, facts={"source": name, "limit": "file"})


@dataclass(frozen=True)
class ExportEntry:
    """A file of an export, or an empty folder: then the path ends with a slash.

    Parameters
    ----------
    path
        Relative to the export, with forward slashes.
    size
        In bytes, unpacked.
    readable
        False for a folder that this machine does not let the grader look into.

    """

    path: str
    size: int
    place: FilePlace
    readable: bool = True

    @property
    def top(self) -> str:
        """The first part of the path."""
        return self.path.partition("/")[0]


@dataclass(frozen=True)
class Listing:
    """Everything that an export holds.

    Parameters
    ----------
    source
        The folder or zip that the user named.
    entries
        Without junk, in the order of their paths.
    clones
        The folders that are git repositories.
    outer
        The name of the folder that holds the entries: the export's own, or a wrapper's.
    notes
        What was found and not listed, one sentence each.

    """

    source: Path
    entries: tuple[ExportEntry, ...]
    clones: frozenset[str]
    outer: str
    notes: tuple[str, ...] = ()
    wrapper: str = ""

    @property
    def tops(self) -> dict[str, list[ExportEntry]]:
        """The entries by the first part of their path."""
        found: dict[str, list[ExportEntry]] = {}
        for entry in self.entries:
            found.setdefault(entry.top, []).append(entry)
        return found

    def unwrapped(self) -> Listing | None:
        """Take off the one folder that holds everything; None where there is none."""
        tops = self.tops
        only = next(iter(tops), "")
        if len(tops) != 1 or not all("/" in entry.path.rstrip("/") for entry in self.entries):
            return None
        start = f"{only}/"
        return replace(
            self,
            entries=tuple(replace(entry, path=entry.path.removeprefix(start)) for entry in self.entries),
            clones=frozenset(clone.removeprefix(start) for clone in self.clones if clone != only),
            outer=only,
            wrapper=self.wrapper + start,
        )


def list_export(path: Path) -> Listing:
    """Return what a folder or zip holds.

    Raises
    ------
    InputError
        It is not there, cannot be opened, or holds far more than a class hands in.

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
        _check_number(len(entries), folder)
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


def _check_number(number: int, path: Path) -> None:
    if number > MOST_ENTRIES:
        raise _too_many(path)


def _too_many(path: Path) -> InputError:
    return InputError(
        f"{path} holds more than {MOST_ENTRIES:,} files.",
        hint="Name the export of one assignment and nothing else.",
        code=Code.TOO_LARGE,
        facts={"source": str(path), "limit": "entries"},
    )


def _list_zip(path: Path) -> Listing:
    try:
        with path.open("rb") as packed, open_zip(packed, longest_directory=_LONGEST_DIRECTORY) as archive:
            infos = archive.infolist()
    except DirectoryTooLongError:
        raise _too_many(path) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    except NoZipError as error:
        facts = {"source": str(path), "archive": None}
        said = f"{path} is not a zip that can be opened."
        raise InputError(said, hint=_HOW_TO_EXPORT, code=Code.NO_ZIP, facts=facts) from error
    _check_number(len(infos), path)
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
    odd = 0
    for info in infos:
        name = entry_name(info)
        try:
            safe = safe_path(name, path.name)
        except InputError:
            odd += 1
            continue
        if is_link(info):
            odd += 1
        else:
            found[f"{safe}/" if name.endswith(("/", "\\")) else safe] = info
    notes = (f"{odd} links or entries that would leave the folder were left out of {path.name}.",) if odd else ()
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
