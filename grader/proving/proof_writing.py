"""What is said of a proof: its sentences, the same on the terminal and on its page; as JSON and as a web page.

Its variants are kept as folders, to be looked at, or to become golden submissions.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

from grader import __version__
from grader.proving.proof import TrialVerdict, kinds
from grader.report.page_environment import page_environment, security_policy, style_sheet
from grader.report.plain import clip
from grader.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from jinja2 import Template

    from grader.proving.proof import Proof, Trial

SCHEMA = "grader-proof/1"
_BAR = 1000  # the width of the bar, in its own units
_LONGEST = 300


@dataclass(frozen=True)
class Chapter:
    """Variants about which there is the same to say.

    `what_to_do` is a sentence for whoever wrote the activity. `is_to_be_mended` says whether the activity has to be
    changed.
    """

    heading: str
    what_to_do: str
    trials: Sequence[Trial]
    is_to_be_mended: bool


def summary(proof: Proof) -> Iterator[str]:
    """Yield the result, a sentence each."""
    noticed, mistakes = proof.count(TrialVerdict.NOTICED), proof.mistakes
    right = proof.count(TrialVerdict.KEPT, TrialVerdict.LOST)
    yield (
        f"{noticed} of {count(mistakes, 'mistake')} ({proof.share:.1f} %) cost points in a check that looks at them. "
        f"{proof.count(TrialVerdict.KEPT)} of {right} other right ways to write it keep all points."
    )
    if same := proof.count(TrialVerdict.SAME):
        yield f"{count(same, 'change')} left out: the app does what the solution does."
    for row in proof.unproven:
        reason = "no mistake reaches it" if row.made == 0 else f"it noticed none of {count(row.made, 'mistake')}"
        yield f"{row.id} is not proven: {reason}. Does it look at anything that can be wrong?"
    if proof.left_out:
        yield f"Not tried: {', '.join(proof.left_out)}. A proof is about the app; pictures have no variants."


_CHAPTERS: dict[TrialVerdict | None, tuple[str, str]] = {
    TrialVerdict.MISSED: ("Missed mistakes", "These cost nothing. Ask for more in a check that looks at them."),
    TrialVerdict.BY_OTHERS: (
        "Mistakes that only other checks noticed",
        "The check whose matter they are let them pass: a student reads about something else.",
    ),
    TrialVerdict.LOST: ("Right ways that lost points", "They do what the solution does. Have the check accept them."),
    None: (
        "Noticed by a check whose matter it is not",
        "The check took points off, although all that it looks at is as in the solution.",
    ),
    TrialVerdict.NOT_LOOKED_AT: (
        "No check goes by these",
        "The app does something else, and each check still sees what it needs. Does the handout leave that free?",
    ),
    TrialVerdict.NOT_RIGHT: (
        "Meant to be right, and are not",
        "Rewritten, this solution does something else; they say nothing about the checks.",
    ),
    TrialVerdict.UNDECIDED: ("Not decided", "This machine or the grader itself was at fault."),
}
"""Heading and advice for each verdict, and for what strayed, what matters most first."""


def chapters(proof: Proof) -> Iterator[Chapter]:
    """Yield what is to be looked at, what matters most first."""
    for verdict, (heading, advice) in _CHAPTERS.items():
        if trials := proof.strays if verdict is None else proof.those(verdict):
            yield Chapter(heading, advice, trials, is_to_be_mended=verdict is None or verdict.is_to_be_mended)


def who(trial: Trial) -> str:
    """Say whose matter a variant is, and who noticed."""
    owners, noticed = ", ".join(trial.owners), ", ".join(trial.noticed)
    if trial.verdict is TrialVerdict.MISSED:
        return f"{owners} looked at it."
    if trial.verdict is TrialVerdict.BY_OTHERS:
        return f"{owners or 'No check'} looked at it; {noticed} noticed: {clip(trial.said, _LONGEST)}"
    if trial.strays:
        return f"{', '.join(trial.strays)} took points off: {clip(trial.said, _LONGEST)}"
    return f"{noticed}: {clip(trial.said, _LONGEST)}" if noticed else clip(trial.said, _LONGEST)


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
        "variants": [_to_dict(trial) for trial in proof.trials],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _to_dict(trial: Trial) -> dict[str, object]:
    variant = trial.variant
    return {
        **{key: getattr(variant, key) for key in ("name", "kind", "is_right")},
        "verdict": trial.verdict.value,
        **{key: getattr(trial, key) for key in ("owners", "noticed", "strays", "said")},
        **{key: getattr(variant, key) for key in ("place", "before", "after")},
    }


def keep_variants(proof: Proof, folder: Path) -> None:
    """Write each variant to ``<folder>/<what came of it>/<name>``, as it is handed in.

    Raises `OSError`: they cannot be written.
    """
    for trial in proof.trials:
        for path, content in trial.variant.files.items():
            place = folder / trial.verdict.value.replace(" ", "-") / trial.variant.name / path
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
        ways=kinds(trial for trial in proof.trials if trial.variant.is_right),
    )


@cache
def _template() -> Template:
    return page_environment({"who": who}, "grader.proving").get_template("proof.html.j2")
