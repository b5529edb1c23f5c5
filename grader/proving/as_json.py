"""A proof as JSON, for programs; keys may be added, these stay."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from grader import __version__
from grader.proving.proof import Verdict

if TYPE_CHECKING:
    from grader.proving.proof import Proof

SCHEMA = "grader-proof/1"


def dumps(proof: Proof) -> str:
    """Return the whole proof."""
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
