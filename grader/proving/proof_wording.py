"""What is said of a proof, the same on the terminal and on its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.proving.proof import TrialVerdict
from grader.report.plain import clip
from grader.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.proving.proof import Proof, Trial

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
