"""Variants as folders, to be looked at, or to become golden submissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.proving.proof import Proof
    from grader.proving.variant import Variant


def keep_variants(proof: Proof, variants: Iterable[Variant], folder: Path) -> None:
    """Write each variant to ``<folder>/<what came of it>/<name>``, as it is handed in.

    Raises
    ------
    OSError
        They cannot be written.

    """
    came_to = {(trial.is_right, trial.name): trial.verdict.value.replace(" ", "-") for trial in proof.trials}
    for variant in variants:
        verdict = came_to.get((variant.is_right, variant.name))
        if verdict is None:  # stopped before its turn
            continue
        for path, content in variant.files.items():
            place = folder / verdict / variant.name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
