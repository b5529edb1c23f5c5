"""The use case: of a solution that passes make variants, have workers grade them, and say what came of it."""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from grader.activities import activity_named
from grader.grading import Grader
from grader.machine.installation import how_to_add
from grader.machine.pool import Lost, Pool
from grader.model.faults import InputError, MachineFault
from grader.proving.proof import Proof, Trial, TrialVerdict
from grader.proving.trying import Order, serve
from grader.rubric import Status
from grader.sandbox.importable import modules_of
from grader.source.imports import Imports
from grader.submission import open_submission
from grader.submission.bundled import reference_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path
    from threading import Event

    from grader.grading import Settings
    from grader.proving.variant import Variant
    from grader.rubric import Activity, Result
    from grader.submission import Submission

MOST = 400
"""Of more mistakes than that, so many are tried."""


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


def make_variants(solution: Solution, seed: int, most: int = MOST) -> list[Variant]:
    """Return the wrong and the right variants of a solution; the same ones for the same seed.

    Of more mistakes than `most`, a part of each kind is tried.
    """
    from grader.proving.mistakes import mistakes
    from grader.proving.rewrites import rewrites
    from grader.proving.variant import variants

    files, app = solution.submission.files, solution.submission.app
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    wrong = variants(files, app, mistakes(files, app, solution.activity.wordings, dice), are_right=False)
    right = variants(files, app, rewrites(files, app), are_right=True)
    return [*_some_of_each_kind(list(wrong), most, dice), *right]


def _some_of_each_kind(wrong: list[Variant], most: int, dice: random.Random) -> list[Variant]:
    """Return so many variants, of each kind at least one, in their order."""
    if len(wrong) <= most:
        return wrong
    turns: Counter[str] = Counter()
    ranked = []
    for variant in dice.sample(wrong, len(wrong)):  # the first of every kind comes before the second of any
        ranked.append((turns[variant.kind], variant))
        turns[variant.kind] += 1
    kept = {variant.name for _, variant in sorted(ranked, key=lambda pair: pair[0])[:most]}
    return [variant for variant in wrong if variant.name in kept]


def prove(
    solution: Solution,
    variants: Sequence[Variant],
    settings: Settings,
    *,
    seed: int,
    workers: int,
    done: Callable[[Trial], None],
    stop: Event,
) -> Proof:
    """Grade variants of a solution and return what came of it; see `make_variants`, which `seed` was given to.

    `done` hears what came of each.  Once `stop` is set, what has come so far is returned.
    """
    began = time.monotonic()
    trials: dict[tuple[bool, str], Trial] = {}
    settings = replace(settings, skip=settings.skip | {"document"}, keep_warm=True)
    order = Order(settings, solution.submission, solution.named, solution.checks)
    pool: Pool[Variant, Any] = Pool(serve, (order,), count=workers, accident=_accident)
    with closing(pool):
        for ended in pool.run(variants, lambda _: None, stop):
            trial = _lost(ended) if isinstance(ended, Lost) else ended[1]
            trials[_key(trial.variant)] = trial
            done(trial)
    titles = {check.id: check.title for check in solution.activity.checks}
    return Proof(
        activity=solution.activity.id,
        title=solution.activity.title,
        solution=solution.submission.source,
        seed=seed,
        checks=tuple((id_, titles[id_]) for id_ in solution.checks),
        trials=tuple(trials[_key(variant)] for variant in variants if _key(variant) in trials),
        left_out=solution.left_out,
        seconds=round(time.monotonic() - began, 1),
    )


def _key(variant: Variant) -> tuple[bool, str]:
    return variant.is_right, variant.name


def _accident(answer: object) -> str | None:
    return answer if isinstance(answer, str) else None


def _lost(lost: Lost[Variant]) -> Trial:
    """Return the trial of a variant that could not be graded at all."""
    lines = lost.reason.strip().splitlines()
    return Trial(lost.job, TrialVerdict.UNDECIDED, said=lines[-1] if lines else "")
