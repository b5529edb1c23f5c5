"""A proof as JSON and as a web page; its variants as folders, to be looked at, or to become golden submissions."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING

from grader import __version__
from grader.proving.proof import TrialVerdict, kinds
from grader.proving.proof_wording import chapters, summary, who
from grader.report.page_environment import page_environment, security_policy, style_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jinja2 import Template

    from grader.proving.proof import Proof
    from grader.proving.variant import Variant

SCHEMA = "grader-proof/1"
_BAR = 1000  # the width of the bar, in its own units


def dumps(proof: Proof) -> str:
    """Return the whole proof; keys may be added, these stay."""
    counts = {verdict.value: proof.count(verdict) for verdict in TrialVerdict}
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


def to_html(proof: Proof) -> str:
    """Return one web page that needs nothing else."""
    style = style_sheet(("grader.report", "report.css"), ("grader.proving", "proof.css"))
    mistakes = proof.mistakes or 1
    noticed, others = proof.count(TrialVerdict.NOTICED), proof.count(TrialVerdict.BY_OTHERS)
    return _template().render(
        proof=proof,
        grader=__version__,
        style=style,
        policy=security_policy(style),
        summary=list(summary(proof)),
        chapters=list(chapters(proof)),
        noticed=noticed,
        bar={"earned": _BAR * noticed // mistakes, "pending": _BAR * (noticed + others) // mistakes},
        kinds=kinds(trial for trial in proof.trials if trial.verdict.is_mistake),
        ways=kinds(trial for trial in proof.trials if trial.is_right),
    )


@cache
def _template() -> Template:
    return page_environment({"who": who}, "grader.proving").get_template("proof.html.j2")
