"""What to do next where a hand-in cannot be opened, for the doors at which somebody is there who can name another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.faults import Code

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model.faults import InputError


def what_to_do(error: InputError, naming: Callable[[Path | str], str]) -> str | None:
    """Return what to do; where nothing better is known, what the error itself says.

    `naming` writes what is typed to have a file graded, as it has to be for the shell.
    """
    facts = error.facts
    if error.code is Code.UNRECOGNISED:
        return f"Say it with --activity, one of {', '.join(facts['activities'])}."
    if error.code is Code.ONLY_A_LINK:
        return f"Name it itself: {naming(facts['link'])}"
    if error.code is Code.SEVERAL_APPS:
        source = Path(facts["source"])
        if not source.is_dir():
            return "Unpack it, and name the folder or the file to grade."
        return f"Name the one to grade, for example: {naming(source / facts['wrapper'] / facts['apps'][0])}"
    return error.hint
