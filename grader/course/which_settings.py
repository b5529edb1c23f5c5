"""Which ``grader.toml`` counts: the course's, never one that was handed in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.settings import CourseSettings
from grader.submission.folder_on_disk import own_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.rubric import Activity

FILE = "grader.toml"


def course_settings(config: str | None, path: Path, own: Activity | None = None) -> CourseSettings:
    """Return what the course of a submission has set, in the file `config` where the user names one.

    Else a ``grader.toml`` is looked for in the folders above what is graded (a folder, an ``app.py``, a zip, or an
    export of a class), never in a folder that may hold a student's files: a hand-in must not set its own points.  In CI
    (the variable ``CI`` is set) nothing is looked for, because there the folders around are the student's too.  `own`
    is the activity that is graded, where it is one that only its file makes.  Raises `InputError`: the file cannot be
    read, or something in it is wrong; says what and in which line.
    """
    file = Path(config) if config is not None else next(_above(path), None)
    if file is None:
        return CourseSettings()
    from grader.course.reading_toml import read_settings

    return read_settings(file, shown_as=config or _shown(file), own=own)


def _above(path: Path) -> Iterator[Path]:
    if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
        return
    handed_in = own_folder(path)
    folders = handed_in.parents if handed_in is not None else (Path.cwd(), *Path.cwd().parents)
    yield from (file for folder in folders if (file := folder / FILE).is_file())


def _shown(file: Path) -> str:
    """Return the path as seen from here: reports name it, and need not tell where on this machine that is."""
    try:
        return Path(os.path.relpath(file)).as_posix()
    except ValueError:  # another drive
        return str(file)
