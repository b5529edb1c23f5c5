"""What to do next, in the command line's words: flags and commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.machine.shell import command
from grader.model.faults import Code

if TYPE_CHECKING:
    from grader.model.faults import InputError


def what_to_do(error: InputError, activity: str | None = None) -> str | None:
    """Return what to do where a hand-in could not be opened; None where the error itself says it best.

    `activity` is what was named with ``--activity``.
    """
    facts = error.facts
    if error.code is Code.UNRECOGNISED:
        return f"Say it with --activity, one of {', '.join(facts['activities'])}."
    asked = ["--activity", activity] if activity else []
    if error.code is Code.ONLY_A_LINK:
        return f"Name it itself: {command('grader', 'check', facts['link'], *asked)}"
    if error.code is Code.SEVERAL_APPS:
        source = Path(facts["source"])
        if not source.is_dir():
            return "Unpack it, and name the folder or the file to grade."
        one = source / facts["wrapper"] / facts["apps"][0]
        return f"Name the one to grade, for example: {command('grader', 'check', one, *asked)}"
    return None
