"""The use case: take a solution that passes, make variants of it, have workers grade them, and say what came of it."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from grader.activities import activity_named
from grader.grading import Grader
from grader.machine.installation import how_to_add
from grader.machine.pool import Lost, Pool
from grader.model.faults import InputError, MachineFault
from grader.proving.proof import Proof, Trial, Verdict
from grader.proving.worker import Answer, Order, serve
from grader.rubric import Status
from grader.submission import open_submission
from grader.submission.bundled import reference_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
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

    Parameters
    ----------
    named
        The activity, as the user named it.
    checks
        The checks that it can be used to prove.
    left_out
        The others' ids, and why.

    """

    named: str
    activity: Activity
    submission: Submission
    checks: tuple[str, ...]
    left_out: dict[str, str]


class Progress(Protocol):
    """Who wants to know how it goes."""

    def begin(self, total: int) -> None:
        """Hear how many variants there are."""

    def done(self, trial: Trial) -> None:
        """Hear what came of one."""


def open_solution(named: str, folder: Path | None, settings: Settings, *, only: str | None = None) -> Solution:
    """Open a model solution and see that it passes.

    Parameters
    ----------
    named
        The activity: an id, a short name, or its file.
    folder
        Where the solution is; the one that comes with the grader if None.
    only
        The check to be proven; all if None.

    Raises
    ------
    InputError
        There is no solution, it cannot be opened, or it does not pass; says what to do.
    MachineFault
        What is needed to make variants is not installed.

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
            _require_passed(result, folder)
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


def _require_passed(result: Result, folder: Path) -> None:
    """See that the solution has all points of a check.

    Raises
    ------
    InputError
        It has not: then it is the solution, or the check, that has to be mended first.

    """
    if result.earned >= result.points and not result.pending:
        return
    where = f" ({result.file}:{result.line})" if result.file and result.line else ""
    what = {Status.ERROR: "ends in an error", Status.REVIEW: "leaves to a person"}.get(result.status, "does not pass")
    said = f" {result.message}" if result.message else ""
    lines = (result.traceback or "").strip().splitlines()
    said = f" {lines[-1]}" if result.status is Status.ERROR and lines else said
    raise InputError(
        f"The check {result.id} {what} on the solution in {folder}{where}.{said}",
        hint=f"Mend the solution or the check first. {result.hint or ''}".strip(),
    )


def prove(
    solution: Solution,
    settings: Settings,
    *,
    workers: int,
    seed: int,
    progress: Progress,
    stop: Event,
    most: int = MOST,
) -> tuple[Proof, list[Variant]]:
    """Make variants of a solution, grade them, and return what came of it with the variants themselves.

    Parameters
    ----------
    settings
        How to grade.
    workers
        How many processes.
    seed
        The same variants are made for the same one.
    progress
        Hears of each variant.
    stop
        Once it is set, what has come so far is returned.
    most
        The most mistakes that are tried; of more, a part of each kind.

    """
    began = time.monotonic()
    variants = make_variants(solution, seed, most)
    progress.begin(len(variants))
    trials: dict[str, Trial] = {}
    settings = replace(settings, skip=settings.skip | {"document"}, keep_warm=True)
    pool: Pool[Variant, Answer] = Pool(
        serve,
        (Order(settings, solution.submission, solution.named, solution.checks),),
        count=workers,
        accident=lambda answer: answer.accident,
    )
    try:
        for ended in pool.run(variants, lambda _: None, stop):
            trial = _lost(ended) if isinstance(ended, Lost) else ended[1].trial
            if trial is not None:
                trials[_key(trial)] = trial
                progress.done(trial)
    finally:
        pool.close()
    titles = {check.id: check.title for check in solution.activity.checks}
    proof = Proof(
        activity=solution.activity.id,
        title=solution.activity.title,
        solution=solution.submission.source,
        seed=seed,
        checks=tuple((id_, titles[id_]) for id_ in solution.checks),
        trials=tuple(trials[_key(variant)] for variant in variants if _key(variant) in trials),
        left_out=solution.left_out,
        seconds=round(time.monotonic() - began, 1),
    )
    return proof, variants


def _key(one: Variant | Trial) -> str:
    return f"{'right' if one.is_right else 'wrong'}/{one.name}"


def _lost(lost: Lost[Variant]) -> Trial:
    """Return the trial of a variant that could not be graded at all."""
    variant = lost.job
    lines = lost.reason.strip().splitlines()
    return Trial(
        variant.name,
        variant.kind,
        variant.is_right,
        Verdict.UNDECIDED,
        said=lines[-1] if lines else "",
        place=variant.place,
        before=variant.before,
        after=variant.after,
    )


def make_variants(solution: Solution, seed: int, most: int = MOST) -> list[Variant]:
    """Return the wrong and the right variants of a solution; the same ones for the same seed."""
    from grader.proving.mistakes import mistakes
    from grader.proving.rewrites import rewrites
    from grader.proving.variant import variants

    files, app = solution.submission.files, solution.submission.app
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    wrong = variants(files, app, mistakes(files, app, solution.activity.wordings, dice), are_right=False)
    right = variants(files, app, rewrites(files, app), are_right=True)
    return list(chain(_some_of_each_kind(list(wrong), most, dice), right))


def _some_of_each_kind(wrong: list[Variant], most: int, dice: random.Random) -> Iterator[Variant]:
    """Yield so many variants, of each kind at least one, in their order."""
    if len(wrong) <= most:
        yield from wrong
        return
    shuffled = dice.sample(wrong, len(wrong))
    turn: dict[str, int] = {}
    ranked = []
    for variant in shuffled:  # the first of every kind comes before the second of any
        turn[variant.kind] = turn.get(variant.kind, 0) + 1
        ranked.append((turn[variant.kind], variant))
    kept = {variant.name for _, variant in sorted(ranked, key=lambda pair: pair[0])[:most]}
    yield from (variant for variant in wrong if variant.name in kept)
