"""What a test says that did not pass, and what to do where a submission cannot be graded: in pytest's words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.machine.shell import command
from grader.model.faults import Code
from grader.report.plain import shown

if TYPE_CHECKING:
    from grader.model.faults import InputError, StudentFault
    from grader.rubric import Result


def in_full(ended: Result | StudentFault) -> str:
    """Return the message, and below it what is asked for, what is there, what to do and where."""
    where = f"{ended.file}:{ended.line}" if ended.line is not None else ended.file
    beside = {"expected": ended.expected, "observed": ended.observed, "hint": ended.hint, "where": where}
    said = [f"{name + ':':9} {shown(text)}" for name, text in beside.items() if text]
    return "\n".join([shown(ended.message), *said])


def what_to_do(error: InputError) -> str | None:
    """Return what to do where a hand-in could not be opened; None where the error itself says it best."""
    facts = error.facts
    if error.code is Code.UNRECOGNISED:
        return f"Say it with --activity, one of {', '.join(facts['activities'])}."
    if error.code is Code.ONLY_A_LINK:
        return f"Name it itself: --grade={command(facts['link'])}"
    if error.code is Code.SEVERAL_APPS:
        source = Path(facts["source"])
        if not source.is_dir():
            return "Unpack it, and name the folder or the file to grade with --grade."
        return f"Name the one to grade: --grade={command(source / facts['wrapper'] / facts['apps'][0])}"
    return None
