"""A proof as tests ask for it, and solutions to make variants of."""

from __future__ import annotations

import random
import threading
from pathlib import Path

from grader.grading import Settings
from grader.proving import Proof, Trial, open_solution, prove
from grader.proving.variant import Variant, variants
from tests.conftest import ISOLATIONS, LIMITS, ROOT

OWN = ROOT / "tests" / "own_activity"
REFERENCE = ROOT / "reference_app"
EXAMPLE = str(OWN / "activity_12_1.py")


class Unheard:
    """Nobody wants to know how it goes."""

    def begin(self, total: int) -> None:
        pass

    def done(self, trial: Trial) -> None:
        pass


def settings(*skip: str) -> Settings:
    return Settings(isolation=ISOLATIONS[0], limits=LIMITS, skip=frozenset(skip))


def proof_of(
    activity: str, folder: Path | None = None, *, skip: tuple[str, ...] = (), only: str | None = None, most: int = 400
) -> Proof:
    asked = settings(*skip)
    solution = open_solution(activity, folder, asked, only=only)
    proof, _ = prove(solution, asked, workers=2, seed=1, progress=Unheard(), stop=threading.Event(), most=most)
    return proof


def wrong(files: dict[str, bytes], *wordings: str, seed: int = 1) -> list[Variant]:
    from grader.proving.mistakes import mistakes  # loads LibCST

    dice = random.Random(seed)
    return list(variants(files, "app.py", mistakes(files, "app.py", wordings, dice), are_right=False))


def right(files: dict[str, bytes]) -> list[Variant]:
    from grader.proving.rewrites import rewrites

    return list(variants(files, "app.py", rewrites(files, "app.py"), are_right=True))
