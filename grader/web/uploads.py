"""Taking a class on from the page: an export that was dropped, or a class that was graded before."""

from __future__ import annotations

import itertools
import re
import shutil
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from grader.classroom.journal_file import FILE
from grader.classroom.session import ClassSession
from grader.machine.whole_files import said_plainly
from grader.model.faults import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.classroom.class_publishing import Published
    from grader.classroom.class_request import ClassRequest

LARGEST = 8 * 1024**3
"""Bytes of an export: a class of three hundred with large pictures has two thousand million."""
LARGEST_GRADEBOOK = 50 * 1024**2
_PIECE = 1 << 20
_UPLOADS = "handed in"
"""The folder in a class's own that keeps what was dropped."""
_MOST_SHOWN = 30
_EXPECTED = (
    "What is expected is what a learning platform exports (Canvas, Moodle, Blackboard, Brightspace, Gradescope, "
    "Classroom 50), or any zip that holds a folder or a zip for each student."
)

_GRADEBOOK = "Export the gradebook from Canvas, Moodle, Blackboard or Brightspace as CSV, with this assignment in it."


def classes_near(home: Path) -> list[Path]:
    """Return the classes in a folder that were graded before, the newest first."""
    with suppress(OSError):
        found = [path for path in home.iterdir() if (path / FILE).is_file()]
        return sorted(found, key=lambda path: -(path / FILE).stat().st_mtime)[:_MOST_SHOWN]
    return []


def open_near(home: Path, name: str) -> ClassSession:
    """Open one of them.

    Raises `InputError`: it is none of them, or cannot be opened.
    """
    found = {path.name: path for path in classes_near(home)}
    if name not in found:
        raise InputError("There is no such class in this folder.")
    return ClassSession.open(found[name])


def take_on(home: Path, name: str, content: IO[bytes], size: int, asked: ClassRequest) -> ClassSession:
    """Keep an export that was dropped, and take its class on; where that cannot be, nothing is left behind.

    `home` is the folder that gets one for the class. `name` is the file's name: a stranger's. `size` is how many bytes
    it has.  Raises `InputError`: it is no export, too large, or did not come whole.
    """
    if size > LARGEST:
        raise InputError(f"{_plain(name)} is too large: an export may have {LARGEST / 1024**3:.0f} GB.")
    with suppress(OSError):
        if size > shutil.disk_usage(home).free:
            raise InputError(f"There is no room on the disk for {_plain(name)}.", hint="Make room, and drop it again.")
    out = _new_folder(home, name)
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, out, ignore_errors=True)
        try:
            kept = _keep(out / _UPLOADS / _plain(name), content, size)
            session = ClassSession.create([kept], out, asked)
        except InputError as error:
            said = error.message.replace(f"{out / _UPLOADS}/", "").replace(f"{out}/", "")
            raise InputError(said, hint=_EXPECTED, code=error.code) from error
        undo.pop_all()
    return session


def take_gradebook(session: ClassSession, name: str, content: IO[bytes], size: int, column: str | None) -> Published:
    """Keep a gradebook beside what was handed in, and have it filled; see `ClassSession.take_gradebook`.

    Raises `InputError`: it is none, or did not come whole; nothing is left behind.
    """
    if size > LARGEST_GRADEBOOK:
        raise InputError(f"{_plain(name)} is too large for a gradebook.", hint=_GRADEBOOK)
    folder = session.out / _UPLOADS
    free = (folder / (f"{number}-{_plain(name)}" if number else _plain(name)) for number in itertools.count())
    path = next(place for place in free if not place.exists())
    with ExitStack() as undo:
        undo.callback(path.unlink, missing_ok=True)
        try:
            published = session.take_gradebook(_keep(path, content, size), column)
        except InputError as error:
            error.hint = error.hint or _GRADEBOOK
            raise
        undo.pop_all()
    return published


def _new_folder(home: Path, name: str) -> Path:
    stem = Path(_plain(name)).stem or "class"
    for number in range(1, 1000):
        out = home / (f"{stem}-graded" if number == 1 else f"{stem}-graded-{number}")
        with said_plainly(f"{home} cannot be written"), suppress(FileExistsError):
            out.mkdir()
            return out
    raise InputError(f"There are too many classes called {stem}-graded already.")


def _plain(name: str) -> str:
    """Return a name that is safe as a file's on every system, whatever was sent."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[^\w.() -]", "_", last).strip(". ")[-100:] or "export.zip"


def _keep(path: Path, content: IO[bytes], size: int) -> Path:
    written = 0
    with said_plainly(f"{path.name} was not kept"):
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            for piece in _pieces(content):
                written += file.write(piece)
    if written != size:
        raise InputError(f"{path.name} was cut off: {written:,} of {size:,} bytes came.")
    return path


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    from werkzeug.exceptions import ClientDisconnected

    with suppress(ClientDisconnected):  # how much has come is looked at afterwards
        while piece := content.read(_PIECE):
            yield piece
