"""Taking a class on: who hands in, and whether it can be graded into this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.classroom.errors import ClassError
from grader.classroom.journal_file import FILE
from grader.classroom.roster import Roster
from grader.machine.shell import command
from grader.model.faults import Code, InputError
from grader.platforms.writing_grades import FOR_PLATFORMS, GRADES, open_gradebook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.classroom.class_request import ClassRequest

_OURS = ("index.html", GRADES, "reports", *FOR_PLATFORMS)


def roster_of(export: Sequence[Path], asked: ClassRequest) -> tuple[Roster, tuple[str, ...]]:
    """Find out who hands in; names that the export does not hold are in the gradebook."""
    from grader.activities import activity_named
    from grader.platforms.reading_exports import read_exports

    if asked.gradebook is None:
        found = read_exports(export)
        return Roster(found.hand_ins), found.notes
    gradebook = open_gradebook(asked.gradebook)
    found = read_exports(export, gradebook.enrolled())
    column = None
    if asked.activity or asked.column or len(gradebook.columns()) < 2:  # noqa: PLR2004 - else it is known when all are graded
        column = gradebook.column_for(activity_named(asked.activity).id if asked.activity else "", asked.column)
    hand_ins = gradebook.with_names(found.hand_ins)
    absent = tuple(gradebook.handed_nothing_in(hand_ins, column))
    return Roster(tuple(hand_ins), str(asked.gradebook.resolve()), asked.column, absent), found.notes


def refuse_bad_folder(export: Sequence[Path], out: Path, asked: ClassRequest) -> None:
    """See to it that nothing of the user's is overwritten, and that no run grades our reports.

    Raises `InputError`: it would.
    """
    whole = out.resolve()
    for path in export:
        if (path / FILE).is_file():
            look = command("grader", "serve", path)
            raise InputError(f"{path} is a class that was graded, and no export.", hint=f"To look at it: {look}")
        if path.is_dir() and whole.is_relative_to(path.resolve()):
            said = f"The output folder {out} lies inside {path}, which is to be graded."
            raise ClassError(Code.OUT_INSIDE, said, out=out, path=path)
    if asked.gradebook is not None and asked.gradebook.resolve() in {whole / name for name in _OURS}:
        said = f"{asked.gradebook} would be overwritten: {out} gets a file of that name."
        raise ClassError(Code.GRADEBOOK_IN_THE_WAY, said, out=out, path=asked.gradebook)
    there = [name for name in _OURS if (out / name).exists()]
    if there and not (out / FILE).exists():
        said = f"{out} holds {there[0]}, but no journal of the grader's: it may be somebody else's."
        raise ClassError(Code.NOT_OURS, said, out=out, file=there[0])
