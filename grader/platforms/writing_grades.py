"""All files that a class's grades go into, written beside each other."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.machine.whole_files import replacing
from grader.model.faults import InputError
from grader.model.text import listed
from grader.platforms.gradebooks.grades import grades_csv
from grader.platforms.gradebooks.returning import write_returns
from grader.platforms.gradebooks.table import read_table
from grader.platforms.registry import EXPORTS, GRADEBOOKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.platforms.gradebooks.gradebook import Gradebook, Undecided
    from grader.platforms.gradebooks.whose_row import GradedHandIn

GRADES = "grades.csv"
RETURNS = tuple(kind.returns for kind in EXPORTS if kind.returns is not None)
"""What holds students' reports."""
FOR_PLATFORMS = (*(kind.file for kind in GRADEBOOKS), *RETURNS)
"""What platforms read back: the names of the files."""
_MOST_NAMED = 10


@dataclass(frozen=True)
class Written:
    """What was written; the notes say what was done and what was not, one sentence each."""

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def open_gradebook(path: Path) -> Gradebook:
    """Read a gradebook that a learning platform has exported.

    Raises `InputError`: it cannot be read, is of none of them, or lacks a column; names what was looked for and what
    is there.
    """
    table = read_table(path)
    for kind in GRADEBOOKS:
        if kind.wrote(table):
            return kind(table)
    *others, last = (kind.platform for kind in GRADEBOOKS)
    first, *rest = ((kind.platform, kind.known_by) for kind in GRADEBOOKS)
    named = ", ".join(column.strip() for column in table.columns[:8])
    raise InputError(
        f"{path.name} is no gradebook of {', '.join(others)} or {last}: its columns are {named}.",
        hint=", ".join([f"{first[0]} has a column {first[1]}", *map(" ".join, rest)])
        + "; where yours is in another language, set the platform to English and download it again.",
    )


def write_gradebooks(
    graded: Sequence[GradedHandIn],
    folder: Path,
    *,
    gradebook: Gradebook | None = None,
    column: str | None = None,
    reports: Path | None = None,
    undecided: Undecided = "blank",
) -> Written:
    """Write ``grades.csv``, and what the class's platform reads back, into a folder; files of these names are replaced.

    The gradebook is one that was exported from the platform, and `column` the assignment's in it, needed where it is
    not the only one that fits; only Moodle's can be made without an export.  `reports` is the folder that holds each
    hand-in's report: without it none are packed for uploading.  `undecided` is what is written for who has points that
    are still to be decided.  Raises `InputError`: the folder cannot be written to.
    """
    with _plain_errors(folder):
        written = [_write(folder / GRADES, grades_csv(graded))]  # first: no fault of a gradebook's is to cost it
        notes: list[str] = []
        if gradebook is None:
            gradebook, notes = _own_gradebook(graded)
        if gradebook is not None and graded:
            try:
                filled = gradebook.fill(graded, column=column, undecided=undecided)
            except InputError as error:  # the grades themselves do not depend on it
                notes.append(f"{gradebook.file} was not written: {error.message} {error.hint or ''}".strip())
            else:
                written.append(_write(folder / filled.file, filled.content))
                notes += filled.notes
        zips, said = _write_zips(graded, folder, reports) if reports is not None else ([], [])
    names = {path.name for path in (*written, *zips)}
    stale = [name for name in FOR_PLATFORMS if name not in names and (folder / name).exists()]
    if stale:
        said.append(f"From an earlier run, with grades that may have changed since: {', '.join(stale)}.")
    return Written((*written, *zips), (*notes, *said))


def _own_gradebook(graded: Sequence[GradedHandIn]) -> tuple[Gradebook | None, list[str]]:
    """Make the gradebook that was not given, where an export tells enough; say what is needed where it does not."""
    made, notes = None, []
    for kind in GRADEBOOKS:
        if own := [one for one in graded if one.hand_in.platform == kind.platform]:
            sheet = kind.made_for(own)
            made = made or sheet
            if sheet is None:
                said = f"For a file that {kind.platform} reads back"
                notes.append(f"{said}, give the gradebook that it exports.")
    return made, notes


def _write(path: Path, content: bytes) -> Path:
    with replacing(path) as file:
        file.write(content)
    return path


def _write_zips(graded: Sequence[GradedHandIn], folder: Path, reports: Path) -> tuple[list[Path], list[str]]:
    written, notes = [], []
    for kind in EXPORTS:
        hand_ins = [hand_in for hand_in, _ in graded if hand_in.platform == kind.name]
        if kind.returns is None or not hand_ins:
            continue
        with replacing(folder / kind.returns) as file:
            left_out = write_returns(hand_ins, reports, file)
        written.append(folder / kind.returns)
        if left_out:
            notes.append(f"{kind.returns} holds no report for {listed(left_out, _MOST_NAMED)}.")
    return written, notes


@contextmanager
def _plain_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename2 or error.filename or folder
        raise InputError(
            f"The grades were not written to {folder}: {Path(str(where)).name}: {error.strerror or error}.",
            hint="Close the file where it is open in another program, make room, or name another folder.",
        ) from error
