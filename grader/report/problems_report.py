"""Mistakes as compilers write them, ``app.py:14: error: …``: editors show those at their lines.

The form is GCC's (https://www.gnu.org/prep/standards/html_node/Errors.html). The problem matcher in
``student_template/.vscode/tasks.json`` reads it, and every other program that knows the form: Vim, Emacs, CI.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.plain import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model.faults import InputError
    from grader.model.report import Report, Result

    Locate = Callable[[str], "str | None"]

_LEVELS = {
    Status.FAILED: "error",
    Status.PARTIAL: "warning",
    Status.REVIEW: "note",
    Status.SKIPPED: "note",
    Status.ERROR: "note",
}
_TEXT, _LINES = 600, 10  # of one text
NOT_DONE = "grader: done: nothing was graded"


def begin(why: str) -> str:
    """Return the line before the mistakes: what was said before no longer counts."""
    return _one_line(f"grader: checking {f'again: {why}' if why else ''}")


def problems(report: Report, locate: Locate) -> list[str]:
    """Return a line for each check that is not done; those that only wait for another one have none.

    `locate` gives a file's path as an editor finds it by its path in the submission; None where it is no file on the
    disk.
    """
    found = [result for result in outline.in_order(report) if result.counts and result.status in _LEVELS]
    return [_problem(result, locate(result.file) if result.file is not None else None) for result in found]


def end(report: Report) -> str:
    """Return the line after the mistakes."""
    score = report.score
    pending = f", {wording.number(score.pending)} not decided yet" if score.pending else ""
    return f"grader: done: {wording.headline(report)}{pending}"


def refusal(error: InputError) -> str:
    """Return the line for what could not be graded at all."""
    return _one_line(f"grader: error: {error.message} {error.hint or ''}")


def _problem(result: Result, file: str | None) -> str:
    # Without a place the program's name stands first, and no editor takes it for a file's.
    where = f"{file}:{result.line or 1}" if file is not None else "grader"
    said = wording.lines(result, limit=_TEXT, most=_LINES, where=file is None) or [result.title]
    return _one_line(f"{where}: {_LEVELS[result.status]}: {' | '.join(said)} [{result.id}]")


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())
