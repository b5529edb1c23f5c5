"""A proof as JSON, for programs; its variants as folders, to be looked at, or to become golden submissions."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from grader import __version__
from grader.proving.proof import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.proving.proof import Proof
    from grader.proving.variant import Variant

SCHEMA = "grader-proof/1"


def dumps(proof: Proof) -> str:
    """Return the whole proof; keys may be added, these stay."""
    counts = {verdict.value: proof.count(verdict) for verdict in Verdict}
    whole = {
        "schema": SCHEMA,
        "grader": __version__,
        "activity": proof.activity,
        "title": proof.title,
        "solution": proof.solution,
        "seed": proof.seed,
        "seconds": proof.seconds,
        "mistakes": proof.mistakes,
        "noticed_percent": round(proof.share, 2),
        "is_whole": proof.is_whole,
        "variants_by_verdict": counts,
        "checks": [{**asdict(row), "is_unproven": row.is_unproven} for row in proof.rows],
        "left_out": proof.left_out,
        "variants": [{**asdict(trial), "verdict": trial.verdict.value} for trial in proof.trials],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def keep_variants(proof: Proof, variants: Iterable[Variant], folder: Path) -> None:
    """Write each variant to ``<folder>/<what came of it>/<name>``, as it is handed in.

    Raises `OSError`: they cannot be written.
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
