"""A student's folder on the disk: where it is, and what is in it."""

from __future__ import annotations

import os
import stat
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.faults import CannotBeRead
from grader.model.hand_in_limits import HandInLimits, megabytes, too_large
from grader.submission.junk import is_junk_file, without_parts_of_environments

if TYPE_CHECKING:
    from collections.abc import Iterator

_HINT = "Name the folder that holds your app.py and nothing else."


def own_folder(path: Path) -> Path | None:
    """Return the folder that may hold what the student wrote; nothing there is ever read as the course's.

    It is the folder that was named, or the one around an ``app.py`` or a zip: there a student's loose files may lie
    as well.  A zip in the current directory says nothing about its neighbours: that is where its user works.  None
    where there is none.
    """
    try:
        there = path.resolve()
    except (OSError, RuntimeError):  # a name that is too long, or links that go round in a circle
        return None
    if there.is_dir():
        return there
    if there.suffix != ".py" and there.parent == Path.cwd():
        return None
    return there.parent


def read_folder(folder: Path, limits: HandInLimits, shown_as: str | None = None) -> dict[str, bytes]:
    """Return the files below a folder by their relative paths, junk left out, links that leave the folder too.

    `shown_as` is what messages call it, where that is not its path.  Raises `InputError`: it exceeds a limit or cannot
    be read; says which and where.
    """
    found: list[Path] = []
    total = 0
    shown_as = shown_as or str(folder)
    for path, size in own_files(folder):
        found.append(path)
        total += size
        if len(found) > limits.entries:
            raise too_large(f"{shown_as} holds more than {limits.entries:,} files.", shown_as, "entries", _HINT)
        if size > limits.file:
            shown = path.relative_to(folder).as_posix()
            said = f"{shown} in {shown_as} is {megabytes(size)}; the limit is {megabytes(limits.file)} a file."
            raise too_large(said, shown_as, "file", _HINT)
        if total > limits.total:
            raise too_large(f"{shown_as} holds more than {megabytes(limits.total)}.", shown_as, "total", _HINT)
    return {_name(path, folder): _content(path, folder, limits) for path in found}


def read_around(path: Path, limits: HandInLimits) -> tuple[str, dict[str, bytes]]:
    """Return the name of a file that the user has named, and the files of its folder, among them this one.

    A link is followed, since this very file is asked for: Python looks beside the file itself for what it imports, and
    Flask beside the link for its templates, so both folders count.

    Raises `InputError`: as in `read_folder`.
    """
    name, files = _name(path, path.parent), read_folder(path.parent, limits)
    if name not in files:
        itself = Path(os.path.realpath(path))
        if (size := itself.stat().st_size) > limits.file:
            said = f"{path} is {megabytes(size)}; the limit is {megabytes(limits.file)} a file."
            raise too_large(said, str(path), "file", _HINT)
        beside_it = read_folder(itself.parent, limits)
        files = {**beside_it, **files, name: _content(itself, itself.parent, limits)}
    return name, files


def programs_elsewhere(folder: Path) -> list[str]:
    """Return the Python files that are only linked to from a folder and lie outside of it, ``app.py`` first."""
    home = os.path.realpath(folder)
    linked = [path for path, _ in _files_below(folder) if path.suffix == ".py" and not _is_inside(path, home)]
    linked.sort(key=lambda path: (path.name != "app.py", len(path.parts), path))
    return [_name(path, folder) for path in linked]


def as_listed(path: Path) -> Path:
    """Return a path whose last part is written as the disk has it, where that takes ``APP.PY`` for ``app.py``."""
    try:
        names = os.listdir(path.parent)  # noqa: PTH208 - compared as text
        if path.name in names or not path.exists():
            return path
    except OSError:
        return path
    alike = [name for name in names if name.lower() == path.name.lower()]
    return path.with_name(alike[0]) if len(alike) == 1 else path


def own_files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Walk over the files that are read of a folder, with their sizes; whoever stops listening stops the walk.

    Raises `InputError`: it cannot be read.
    """
    home = os.path.realpath(folder)
    return ((path, size) for path, size in _files_below(folder) if _is_inside(path, home))


def _is_inside(path: Path, home: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(home)


def _files_below(folder: Path) -> Iterator[tuple[Path, int]]:
    def unreadable(error: OSError) -> None:
        raise _cannot_be_read(Path(os.fsdecode(error.filename or "")), folder, error)

    for here, folders, names in os.walk(folder, onerror=unreadable):
        inside = Path(here)
        folders[:] = sorted(without_parts_of_environments(folders, names, scripts_in(inside, folders)))
        for name in sorted(names):
            path = inside / name
            size = None if is_junk_file(name) else _size_of_file(path)
            if size is not None:
                yield path, size


def scripts_in(folder: Path, folders: list[str]) -> list[str]:
    """Return what lies in a folder's ``bin`` or ``Scripts``, by which virtual environments are known."""
    found: list[str] = []
    for name in folders:
        if name.lower() in ("bin", "scripts"):
            with suppress(OSError):
                found += os.listdir(folder / name)  # noqa: PTH208 - names alone
    return found


def _size_of_file(path: Path) -> int | None:
    """Return a file's size; None for pipes, sockets and devices, which may never end, and for broken links."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _name(path: Path, folder: Path) -> str:
    """Return the relative path, composed (macOS takes accents apart); bytes that are no text are shown as such."""
    text = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", text)


def _content(path: Path, folder: Path, limits: HandInLimits) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limits.file)
    except OSError as error:
        raise _cannot_be_read(path, folder, error) from error


def _cannot_be_read(path: Path, folder: Path, error: OSError) -> CannotBeRead:
    shown = f"{_name(path, folder)} in {folder}" if path != folder and path.is_relative_to(folder) else str(folder)
    return CannotBeRead(f"{shown} cannot be read: {error.strerror or error}.")
