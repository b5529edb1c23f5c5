"""Opening what was handed in: a folder, an app.py, or a zip."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.faults import InputError
from grader.submission.finding import find_app
from grader.submission.folder import read_folder
from grader.submission.limits import HandInLimits
from grader.submission.unpacking import read_zip

if TYPE_CHECKING:
    from collections.abc import Mapping

_ZIP_MAGIC = b"PK"


@dataclass(frozen=True)
class Submission:
    """What one student handed in, in memory.

    Parameters
    ----------
    name
        The folder's or zip's name, without ``.zip``.
    source
        What the user named, for messages.
    files
        Content by path, relative to what was handed in (wrapper folders left out), with forward slashes.
    app
        The path of the file to run.
    student
        The name as the learning platform writes it; None where it is not known.

    """

    name: str
    source: str
    files: Mapping[str, bytes] = field(repr=False)
    app: str
    student: str | None = None

    @property
    def folder(self) -> str:
        """The folder of the app, relative; ``""`` where it is the whole."""
        return self.app.rpartition("/")[0]

    def in_app_folder(self) -> dict[str, bytes]:
        """The files in and below the app's folder, by paths relative to it."""
        prefix = f"{self.folder}/" if self.folder else ""
        return {path[len(prefix) :]: content for path, content in self.files.items() if path.startswith(prefix)}

    @property
    def digest(self) -> str:
        """SHA-256 over paths and content: the same for the same hand-in, however it was packed."""
        total = hashlib.sha256()
        for path in sorted(self.files):
            total.update(f"{path}\0{len(self.files[path])}\0".encode("utf-8", "surrogateescape"))
            total.update(self.files[path])
        return total.hexdigest()


def open_submission(path: Path, *, limits: HandInLimits | None = None, student: str | None = None) -> Submission:
    """Read a folder, an ``app.py`` (with the folder it stands in) or a zip.

    Raises
    ------
    InputError
        It does not exist, cannot be opened, exceeds a limit, or holds no app; one sentence that says which.

    """
    limits = limits or HandInLimits()
    shown_as = str(path)
    if path.is_dir():
        files, app = read_folder(path, limits), None
        name = path.resolve().name
    elif path.suffix == ".py" and path.is_file():
        files, app = read_folder(path.parent, limits), path.name
        name = path.resolve().parent.name
    else:
        files, app = read_zip(_zip_file(path), limits), None
        name = path.name[:-4] if path.suffix.lower() == ".zip" else path.name
    if app is None:
        files = _without_wrapper(files)
        app = find_app(files, shown_as)
    return Submission(name=name, source=shown_as, files=files, app=app, student=student)


def _zip_file(path: Path) -> Path:
    if not path.exists():
        raise InputError(
            f"There is no file or folder {path}.",
            hint="Name the folder with your app.py, the app.py itself, or your zip.",
        )
    try:
        with path.open("rb") as file:
            start = file.read(len(_ZIP_MAGIC))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if start != _ZIP_MAGIC and path.suffix.lower() not in {".zip", ".rar", ".7z"}:
        raise InputError(
            f"{path} is neither a Python file nor a zip.",
            hint="Name the folder with your app.py, the app.py itself, or your zip.",
        )
    return path


def _without_wrapper(files: dict[str, bytes]) -> dict[str, bytes]:
    """Take off folders that hold everything: zips usually wrap the work in one."""
    while files and all("/" in path for path in files):
        tops = {path.partition("/")[0] for path in files}
        if len(tops) != 1 or f"{next(iter(tops))}/__init__.py" in files:
            break
        files = {path.partition("/")[2]: content for path, content in files.items()}
    return files
