"""Opening what was handed in: a folder, an app.py, a zip, or a Word document by itself."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from grader.model.faults import CannotBeRead, Code, InputError
from grader.model.hand_in_limits import HandInLimits, megabytes, too_large
from grader.submission.finding_app import all_apps, app_or_reason
from grader.submission.folder_on_disk import as_listed, programs_elsewhere, read_around, read_folder
from grader.submission.own_reports import without_own_reports
from grader.submission.unpacking import look_into_zip, read_zip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ZIP_MAGIC = b"PK"
_WHAT_TO_NAME = "Name the folder with your app.py, the app.py itself, your zip, or your Word document (.docx)."


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
        The path of the file to run; ``""`` where a Word document was handed in by itself.
    student
        The name as the learning platform writes it; None where it is not known.
    wrapper
        The folder that held everything and is left out of the paths; ``""`` where there was none.
    no_app
        Why there is no app where one was asked for; None where there is one, or nobody asked.
    apps
        Where there are several, all files that may be the app.
    reports
        The grader's own reports that lay among the files, and are not in them.
    app_is_chosen
        Whether a person has said which of several apps it is.
    """

    name: str
    source: str
    files: Mapping[str, bytes] = field(repr=False)
    app: str
    student: str | None = None
    wrapper: str = ""
    no_app: InputError | None = None
    apps: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    app_is_chosen: bool = False

    @property
    def folder(self) -> str:
        """The folder of the app, relative; ``""`` where it is the whole."""
        return self.app.rpartition("/")[0]

    @property
    def digest(self) -> str:
        """SHA-256 over paths and content: the same for the same hand-in, however it was packed."""
        total = hashlib.sha256()
        for path in sorted(self.files):
            total.update(f"{path}\0{len(self.files[path])}\0".encode())
            total.update(self.files[path])
        return total.hexdigest()


@dataclass(frozen=True)
class Opened:
    """A hand-in in memory, and what a reader of its report should know about how it came there."""

    submission: Submission
    notes: tuple[str, ...] = ()


def open_submission(
    path: Path, *, limits: HandInLimits | None = None, student: str | None = None, shown_as: str | None = None
) -> Submission:
    """Read a folder, an ``app.py`` (with the folder it stands in), a zip, or a Word document.

    `shown_as` is what messages call it, where that is not its path.  Raises `InputError`: it does not exist, cannot be
    opened, exceeds a limit, or holds neither an app nor a Word document; one sentence that says which.
    """
    limits = limits or HandInLimits()
    shown_as = shown_as or str(path)
    path = as_listed(path)
    app, wrapper, unopened, no_app = None, "", None, None
    kind = _kind(path)
    if kind == "folder":
        files, unopened = look_into_zip(read_folder(path, limits, shown_as), limits)
        name = path.resolve().name
    elif kind == "document":
        files, app = {path.name: _document(path, limits)}, ""
        name = path.stem
    elif kind == "python":
        app, files = read_around(path, limits)
        name = path.resolve().parent.name
    else:
        files, unopened = read_zip(path, limits)
        name = path.name[:-4] if path.suffix.lower() == ".zip" else path.name
    files, reports = without_own_reports(files)
    if kind == "document" and not files:
        raise _no_hand_in(f"{shown_as} is a report of the grader's own, not a student's document.", path)
    if app is None:
        wrapper, files = without_wrapper(files)
        app, no_app = app_or_reason(files, shown_as, instead=lambda: unopened or _linked_elsewhere(path, shown_as))
    if no_app is not None:
        no_app.facts["wrapper"] = wrapper
    return Submission(
        name=name or "submission",
        source=shown_as,
        files=files,
        app=app,
        student=student,
        wrapper=wrapper,
        no_app=no_app,
        apps=() if kind in ("document", "python") else all_apps(files),
        reports=reports,
    )


def _linked_elsewhere(path: Path, shown_as: str) -> InputError | None:
    """Return that the app is there by a link alone, where that is so."""
    linked = programs_elsewhere(path) if path.is_dir() else []
    if not linked:
        return None
    return InputError(
        f"{linked[0]} in {shown_as} is a link to a file outside of the folder, and such a link is not followed.",
        hint="Hand in the file itself.",
        code=Code.ONLY_A_LINK,
        facts={"link": path / linked[0]},
    )


def _document(path: Path, limits: HandInLimits) -> bytes:
    with path.open("rb") as file:
        content = file.read(limits.file + 1)
    if len(content) > limits.file:
        said = f"{path} is larger than {megabytes(limits.file)}."
        raise too_large(said, str(path), "file", "Compress its pictures in Word.")
    return content


def _kind(path: Path) -> Literal["folder", "python", "archive", "document"]:
    """Say what a path is, without opening what may never end."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return "folder"
        if stat.S_ISREG(mode):
            if path.suffix == ".py":
                return "python"
            if path.suffix.lower() == ".docx":
                return "document"
            with path.open("rb") as file:
                start = file.read(len(_ZIP_MAGIC))
            if start == _ZIP_MAGIC or path.suffix.lower() in {".zip", ".rar", ".7z"}:
                return "archive"
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _no_hand_in(f"There is no file or folder {path}.", path, code=Code.NOT_THERE) from error
    except OSError as error:
        raise CannotBeRead(f"{path} cannot be read: {error.strerror or error}.") from error
    if path.suffix.lower() == ".py":
        said = f"{path} ends in {path.suffix}; Python's files end in .py, in small letters."
        raise _no_hand_in(said, path, f"Rename it to {path.stem.lower()}.py.")
    raise _no_hand_in(f"{path} is neither a Python file nor a zip nor a Word document (.docx).", path)


def _no_hand_in(said: str, path: Path, hint: str = _WHAT_TO_NAME, code: Code = Code.NO_HAND_IN) -> InputError:
    return InputError(said, hint=hint, code=code, facts={"path": path})


def without_wrapper(files: dict[str, bytes]) -> tuple[str, dict[str, bytes]]:
    """Take off folders that hold everything, as zips usually have one; return what was taken off, and the files."""
    wrapper: list[str] = []
    while files and all("/" in path for path in files):
        tops = {path.partition("/")[0] for path in files}
        if len(tops) != 1 or f"{next(iter(tops))}/__init__.py" in files:
            break
        wrapper += tops
        files = {path.partition("/")[2]: content for path, content in files.items()}
    return "/".join(wrapper), files
