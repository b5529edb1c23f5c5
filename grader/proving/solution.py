"""A model solution, and whether it can be used: it has to pass before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.activities import activity_named
from grader.grading import Grader
from grader.machine.installation import how_to_add
from grader.model.faults import InputError, MachineFault
from grader.rubric import Status
from grader.sandbox.importable import modules_of
from grader.source.imports import Imports
from grader.submission import open_submission
from grader.submission.bundled import reference_folder

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from grader.grading import Settings
    from grader.rubric import Activity, Result
    from grader.submission import Submission


@dataclass(frozen=True)
class Solution:
    """A model solution that passes.

    `named` is the activity, as the user named it. `checks` are the checks that it can be used to prove. `left_out` is
    the others' ids, and why.
    """

    named: str
    activity: Activity
    submission: Submission
    checks: tuple[str, ...]
    left_out: dict[str, str]


def open_solution(named: str, folder: Path | None, settings: Settings, *, only: str | None = None) -> Solution:
    """Open a model solution and see that it passes.

    The activity is `named` by id, short name or file; without a folder its solution is the one that comes with the
    grader; `only` is the check to be proven, where it is one.  Raises `InputError`: there is no solution, it cannot be
    opened, or it does not pass; says what to do.  Raises `MachineFault`: what is needed to make variants is not
    installed.
    """
    _require_library()
    activity = settings.course.apply(activity_named(named))
    if only is not None and only not in {check.id for check in activity.checks}:
        ids = ", ".join(check.id for check in activity.checks)
        raise InputError(f"{activity.id} has no check {only!r}.", hint=f"It has {ids}.")
    if folder is None:
        folder = reference_folder(activity.id)
    if folder is None:
        raise InputError(
            f"No solution of {activity.id} comes with the grader.",
            hint="Name the folder of yours: --solution DIR.",
        )
    submission = open_submission(folder)
    if not submission.app:
        why = submission.no_app.message if submission.no_app else f"{folder} holds no app."
        raise InputError(f"The solution cannot be used: {why}", hint="Name the folder that holds its app.py.")
    with Grader(replace(settings, skip=settings.skip | {"document"})) as grader:
        results = grader.grade(submission, activity).results
    left_out = {result.id: result.message for result in results if not result.counts or result.status is Status.SKIPPED}
    for result in results:
        if result.id not in left_out:
            _require_passed(result, submission, modules_of(settings.course.packages))
    checks = tuple(result.id for result in results if result.id not in left_out and only in {None, result.id})
    if not checks:
        raise InputError(
            f"Nothing of {only or activity.id} can be proven here.", hint=next(iter(left_out.values()), None)
        )
    return Solution(named, activity, submission, checks, {} if only else left_out)


def _require_library() -> None:
    try:
        import libcst  # noqa: F401
    except ImportError as error:
        raise MachineFault(
            "Making variants of a solution needs LibCST, which is not installed.", hint=how_to_add("prove")
        ) from error


def _require_passed(result: Result, solution: Submission, permitted: Collection[str]) -> None:
    """See that the solution has all points of a check.

    Raises `InputError`: it has not: then it is the solution, or the check, that has to be mended first.
    """
    if result.earned >= result.points and not result.pending:
        return
    if missing := sorted(Imports(solution.files).foreign().difference(permitted)):
        raise InputError(
            f"The solution does not pass, and imports {', '.join(missing)}, which apps may not import here.",
            hint=f"Install it beside the grader, and permit it in the course's grader.toml: packages = {missing}",
        )
    where = f" ({result.file}:{result.line})" if result.file and result.line else ""
    what = {Status.ERROR: "ends in an error", Status.REVIEW: "leaves to a person"}.get(result.status, "does not pass")
    said = f" {result.message}" if result.message else ""
    lines = (result.traceback or "").strip().splitlines()
    said = f" {lines[-1]}" if result.status is Status.ERROR and lines else said
    raise InputError(
        f"The check {result.id} {what} on the solution in {solution.source}{where}.{said}",
        hint=f"Mend the solution or the check first. {result.hint or ''}".strip(),
    )
