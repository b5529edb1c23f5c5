"""A proof as tests ask for it, and solutions to make variants of."""

from __future__ import annotations

import random
import threading
from pathlib import Path

from grader.grading import Settings
from grader.proving import Proof, make_variants, open_solution, prove
from grader.proving.variant import Variant, variants
from tests.conftest import ISOLATIONS, LIMITS, ROOT

OWN = ROOT / "tests" / "own_activity"
REFERENCE = ROOT / "reference_app"
EXAMPLE = str(OWN / "activity_12_1.py")


def settings(*skip: str) -> Settings:
    return Settings(isolation=ISOLATIONS[0], limits=LIMITS, skip=frozenset(skip))


def proof_of(
    activity: str,
    folder: Path | None = None,
    *,
    skip: tuple[str, ...] = (),
    only: str | None = None,
    most: int = 400,
    mistakes_alone: bool = False,
) -> Proof:
    asked = settings(*skip)
    solution = open_solution(activity, folder, asked, only=only)
    made = [one for one in make_variants(solution, 1, most) if not (mistakes_alone and one.is_right)]
    return prove(solution, made, asked, seed=1, workers=2, done=lambda _: None, stop=threading.Event())


def wrong(files: dict[str, bytes], *wordings: str, seed: int = 1) -> list[Variant]:
    from grader.proving.mistakes import mistakes  # loads LibCST

    dice = random.Random(seed)
    return list(variants(files, "app.py", mistakes(files, "app.py", wordings, dice), are_right=False))


def right(files: dict[str, bytes]) -> list[Variant]:
    from grader.proving.rewrites import rewrites

    return list(variants(files, "app.py", rewrites(files, "app.py"), are_right=True))
