"""The use case: of a solution that passes make variants, have workers grade them, and say what came of it."""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.machine.pool import Lost, Pool
from grader.proving.proof import Proof, Trial, TrialVerdict
from grader.proving.proof_worker import Order, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event

    from grader.grading import Settings
    from grader.proving.solution import Solution
    from grader.proving.variant import Variant

MOST = 400
"""Of more mistakes than that, so many are tried."""


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
    trials: dict[str, Trial] = {}
    settings = replace(settings, skip=settings.skip | {"document"}, keep_warm=True)
    order = Order(settings, solution.submission, solution.named, solution.checks)
    pool: Pool[Variant, Any] = Pool(serve, (order,), count=workers, accident=_accident)
    with closing(pool):
        for ended in pool.run(variants, lambda _: None, stop):
            trial = _lost(ended) if isinstance(ended, Lost) else ended[1]
            trials[_key(trial)] = trial
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


def _key(one: Variant | Trial) -> str:
    return f"{'right' if one.is_right else 'wrong'}/{one.name}"


def _accident(answer: object) -> str | None:
    return answer if isinstance(answer, str) else None


def _lost(lost: Lost[Variant]) -> Trial:
    """Return the trial of a variant that could not be graded at all."""
    lines = lost.reason.strip().splitlines()
    return Trial.of(lost.job, TrialVerdict.UNDECIDED, lines[-1] if lines else "")


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
