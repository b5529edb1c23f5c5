"""Reports into a folder: all of them, or none."""

from __future__ import annotations

import errno
import json
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from grader.model.faults import InputError
from grader.report import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model.report import Report


class _Kind(NamedTuple):
    """A format: its file, and the module whose ``render`` makes the whole of it."""

    file: str
    module: str

    def render(self, report: Report) -> bytes:
        made: bytes = import_module(self.module).render(report)
        return made


FORMATS = {
    "json": _Kind("report.json", "grader.report.json_report"),
    "html": _Kind("report.html", "grader.report.html_report"),
    "docx": _Kind("report.docx", "grader.report.word_report"),
    "markdown": _Kind("report.md", "grader.report.markdown_report"),
    "junit": _Kind("junit.xml", "grader.report.junit_report"),
    "gradescope": _Kind("results.json", "grader.report.gradescope_report"),
}
FOR_PEOPLE = ("json", "html", "docx")
"""What every report is written in; the other formats are for the programs that read them."""
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
_NO_FOLDER = (errno.ENOTDIR, errno.EEXIST, errno.EISDIR)


def write_reports(report: Report, folder: Path, *, formats: Sequence[str] = FOR_PEOPLE) -> list[Path]:
    """Write a report in several formats, and its evidence pictures.

    Everything is made beside its place first and then moved there, so that a full disk leaves what was there before.
    Pictures of the report that is replaced are removed; any other file in the folder is left alone.

    Parameters
    ----------
    folder
        Made where it does not exist.
    formats
        Names from :data:`FORMATS`.

    Returns
    -------
    list of Path
        What was written: the formats in the order asked for, then the pictures.

    Raises `InputError`: the folder cannot be written to, or the disk is full.
    """
    files = {FORMATS[name].file: FORMATS[name].render(report) for name in formats} | evidence.pictures(report)
    with _plain_errors(folder), _new_folder(folder):
        _refuse_link(folder / evidence.FOLDER)
        stale = _pictures_before(folder) - _all_paths(report)
        with tempfile.TemporaryDirectory(prefix=".grader-", dir=folder, ignore_cleanup_errors=True) as staging:
            made = _stage(files, Path(staging))
            _swap(made, stale, folder, Path(staging))
    return [folder / name for name in files]


def take_away(folder: Path) -> None:
    """Take a report away that is out of date; its pictures stay.

    Raises `InputError`: it cannot be removed, for example as it is open in another program.
    """
    with _plain_errors(folder):
        for name in reversed(FOR_PEOPLE):  # the data last: it tells whether there is a report
            (folder / FORMATS[name].file).unlink(missing_ok=True)


def _stage(files: dict[str, bytes], staging: Path) -> dict[str, Path]:
    """Write every file where nobody looks yet; a full disk shows here.

    By numbers and in one folder: to make and remove folders costs more than to write the files.
    """
    made = {}
    for number, (name, data) in enumerate(files.items()):
        made[name] = staging / f"new-{number}"
        made[name].write_bytes(data)
    return made


def _swap(made: dict[str, Path], stale: set[str], folder: Path, backup: Path) -> None:
    """Move new files into place and old ones out; if one cannot be moved, everything goes back."""
    with ExitStack() as undo:
        if any(name.startswith(f"{evidence.FOLDER}/") for name in made):
            _make_folder(folder / evidence.FOLDER, undo)
        for number, name in enumerate((*made, *sorted(stale))):
            place, old = folder / name, backup / f"old-{number}"
            if place.is_symlink() or place.is_file():
                place.replace(old)
                undo.callback(old.replace, place)
        for name, path in made.items():
            path.replace(folder / name)
            undo.callback((folder / name).replace, path)
        undo.pop_all()


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """Make the folder with its parents, and take away again what was made if anything fails."""
    with ExitStack() as undo:
        for missing in reversed([folder, *folder.parents]):
            _make_folder(missing, undo)
        yield
        undo.pop_all()


def _make_folder(folder: Path, undo: ExitStack) -> None:
    if not folder.is_dir():
        folder.mkdir()
        undo.callback(_remove_if_empty, folder)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _refuse_link(folder: Path) -> None:
    """Pictures stay in the report's folder, even where a submission brought a link of that name."""
    if folder.is_symlink():
        raise InputError(f"The report was not written: {folder} is a link to another place.", hint="Remove the link.")


def _all_paths(report: Report) -> set[str]:
    entries = [entry for result in report.results for entry in result.evidence]
    return {entry.path for entry in entries} | {entry.original for entry in entries if entry.original}


def _pictures_before(folder: Path) -> set[str]:
    """Find the pictures that an earlier report in this folder names; none where its JSON cannot be read as one."""
    try:
        data = json.loads((folder / FORMATS["json"].file).read_bytes())
        entries = [entry for check in data["checks"] for entry in check["evidence"]]
        named = {entry[key] for entry in entries for key in ("path", "original") if key in entry}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()
    return {path for path in named if isinstance(path, str) and evidence.is_inside(path)}


@contextmanager
def _plain_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        sentence, hint = _reason(error, folder)
        raise InputError(f"The report was not written: {sentence}.", hint=hint) from error


def _reason(error: OSError, folder: Path) -> tuple[str, str]:
    where = error.filename or folder
    if error.errno in _FULL_DISK:
        return f"the disk of {folder} is full", "Make room, or name a folder on another disk."
    if isinstance(error, PermissionError) and Path(str(where)).is_file():
        return f"{where} cannot be replaced", "Close it where it is open in another program, such as Word."
    in_its_place = any(name and Path(name).suffix and Path(name).is_dir() for name in (error.filename, error.filename2))
    if error.errno in _NO_FOLDER or (isinstance(error, PermissionError) and in_its_place):  # as Windows says it
        return f"{folder} is not a folder, or something in it has a report's name", "Name another folder."
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"{folder} cannot be written to", "Name a folder that you may write to."
    return f"{folder}: {error.strerror or error}", "Name another folder."
