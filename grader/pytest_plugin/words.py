"""What a test says that did not pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.plain import shown

if TYPE_CHECKING:
    from grader.model.faults import StudentFault
    from grader.rubric import Result


def in_full(ended: Result | StudentFault) -> str:
    """Return the message, and below it what is asked for, what is there, what to do and where."""
    where = f"{ended.file}:{ended.line}" if ended.line is not None else ended.file
    beside = {"expected": ended.expected, "observed": ended.observed, "hint": ended.hint, "where": where}
    said = [f"{name + ':':9} {shown(text)}" for name, text in beside.items() if text]
    return "\n".join([shown(ended.message), *said])
