"""Reading a folder from a student's disk."""

from __future__ import annotations

import os
from pathlib import Path

from grader.faults import InputError
from grader.submission.junk import is_junk_file, is_junk_folder
from grader.submission.limits import MEGABYTE, HandInLimits


def read_folder(folder: Path, limits: HandInLimits) -> dict[str, bytes]:
    """Return the files below a folder by their relative paths, junk left out, links that leave the folder too.

    Raises
    ------
    InputError
        It exceeds a limit or cannot be read; says which and where.

    """
    home = folder.resolve()
    files: dict[str, bytes] = {}
    total = 0
    for path in _own_files(folder):
        if not path.resolve().is_relative_to(home) or not path.is_file():
            continue
        shown = path.relative_to(folder).as_posix()
        try:
            size = path.stat().st_size
            total += size
            _check(folder, shown, size, total, len(files) + 1, limits)
            files[shown] = path.read_bytes()
        except OSError as error:
            raise InputError(f"{shown} in {folder} cannot be read: {error.strerror or error}.") from error
    return files


def _own_files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for here, folders, names in os.walk(folder):
        inside = Path(here)
        folders[:] = sorted(
            name for name in folders if not is_junk_folder(name) and not (inside / name / "pyvenv.cfg").exists()
        )
        found += [inside / name for name in sorted(names) if not is_junk_file(name)]
        if len(found) > 100_000:  # noqa: PLR2004 - far over any limit: somebody's whole disk
            break
    return found


def _check(folder: Path, shown: str, size: int, total: int, count: int, limits: HandInLimits) -> None:
    hint = "Name the folder that holds your app.py and nothing else."
    if count > limits.entries:
        raise InputError(f"{folder} holds more than {limits.entries:,} files.", hint=hint)
    if size > limits.file:
        raise InputError(
            f"{shown} in {folder} is {size // MEGABYTE:,} MB; the limit is {limits.file // MEGABYTE} MB a file.",
            hint=hint,
        )
    if total > limits.total:
        raise InputError(f"{folder} holds more than {limits.total // MEGABYTE} MB.", hint=hint)
