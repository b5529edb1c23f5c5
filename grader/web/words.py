"""What to do next where a class cannot be asked for something, in the page's words: no flag, no command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.faults import Code

if TYPE_CHECKING:
    from grader.model.faults import InputError

_HINTS = {
    Code.NOT_GRADED: "Go on with the grading on the first page.",
    Code.AT_WORK: "Wait until it has ended; this page goes on by itself.",
    Code.CANNOT_WRITE: "Make room on the disk, then do it again: what you wrote is still here.",
    Code.NO_EXPORT: "Drop the export on the first page once more.",
    Code.NOBODY_RECOGNISED: "Choose the activity beside the export.",
    Code.NO_COLUMN: "Write the name of its column beside the gradebook.",
    Code.ANOTHER_CLASS: "Give the export another name: each class gets a folder of its own.",
}


def what_to_do(error: InputError) -> str | None:
    """Return what to do; None where nothing helps."""
    return _HINTS.get(error.code, error.hint)
