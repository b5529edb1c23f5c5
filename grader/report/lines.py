"""What is known of one check, line by line: for the formats that show plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report import wording
from grader.report.plain import shown

if TYPE_CHECKING:
    from grader.model.report import Result


def lines(result: Result, *, limit: int = 2000, most: int = 40, place: bool = True) -> list[str]:
    """Say how a check ended: its message, expected and observed, where, and the hint; what there is of them.

    Parameters
    ----------
    limit, most
        The most characters and lines of each, as in `grader.report.plain.clip`.
    place
        Whether to say where it is.
    """
    said = {
        "": result.message or None,
        "Expected: ": result.expected,
        f"{wording.observed(result)}: ": result.observed,
        "Where: ": (wording.place(result) or None) if place else None,
        "Hint: ": result.hint,
    }
    return [f"{name}{shown(text, limit, most) or '(nothing)'}" for name, text in said.items() if text is not None]
