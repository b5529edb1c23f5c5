"""Reading a folder from a student's disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.faults import CannotBeRead, InputError
from grader.model.hand_in_limits import HandInLimits, megabytes
from grader.submission.junk import is_junk_file, is_junk_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_HINT = "Name the folder that holds your app.py and nothing else."


def read_folder(folder: Path, limits: HandInLimits) -> dict[str, bytes]:
    """Return the files below a folder by their relative paths, junk left out, links that leave the folder too.

    Raises
    ------
    InputError
        It exceeds a limit or cannot be read; says which and where.

    """
    found: list[Path] = []
    total = 0
    for path, size in _own_files(folder):
        found.append(path)
        total += size
        if len(found) > limits.entries:
            raise InputError(f"{folder} holds more than {limits.entries:,} files.", hint=_HINT)
        if size > limits.file:
            shown = path.relative_to(folder).as_posix()
            raise InputError(
                f"{shown} in {folder} is {megabytes(size)}; the limit is {megabytes(limits.file)} a file.", hint=_HINT
            )
        if total > limits.total:
            raise InputError(f"{folder} holds more than {megabytes(limits.total)}.", hint=_HINT)
    return {_name(path, folder): _content(path, folder, limits) for path in found}


def _own_files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Walk over the files that count, with their sizes; whoever stops listening stops the walk."""
    home = os.path.realpath(folder)

    def unreadable(error: OSError) -> None:
        raise _cannot_be_read(Path(os.fsdecode(error.filename or "")), folder, error)

    for here, folders, names in os.walk(folder, onerror=unreadable):
        inside = Path(here)
        folders[:] = sorted(
            name for name in folders if not is_junk_folder(name) and _size_of_file(inside / name / "pyvenv.cfg") is None
        )
        for name in sorted(names):
            path = inside / name
            size = None if is_junk_file(name) else _size_of_file(path)
            if size is not None and Path(os.path.realpath(path)).is_relative_to(home):
                yield path, size


def _size_of_file(path: Path) -> int | None:
    """Return a file's size; None for pipes, sockets and devices, which may never end, and for broken links."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _name(path: Path, folder: Path) -> str:
    """Return the relative path; bytes that are no text in it are shown as such."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


def _content(path: Path, folder: Path, limits: HandInLimits) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limits.file)
    except OSError as error:
        raise _cannot_be_read(path, folder, error) from error


def _cannot_be_read(path: Path, folder: Path, error: OSError) -> CannotBeRead:
    shown = f"{_name(path, folder)} in {folder}" if path != folder and path.is_relative_to(folder) else str(folder)
    return CannotBeRead(f"{shown} cannot be read: {error.strerror or error}.")
