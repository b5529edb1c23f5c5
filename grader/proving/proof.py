"""What came of the variants: which mistakes were noticed by whom, and what of it is to be mended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.proving.variant import Variant


class TrialVerdict(str, Enum):
    """What came of one variant."""

    NOTICED = "noticed"
    """A mistake, and a check whose matter it is took points off."""
    BY_OTHERS = "by others"
    """A mistake that only other checks took points off for."""
    MISSED = "missed"
    """A mistake that cost nothing, although a check has looked at what is wrong."""
    NOT_LOOKED_AT = "not looked at"
    """The app does something else, and each check still sees all that it saw at the solution."""
    SAME = "same"
    """No mistake after all: the app does what the solution does."""
    KEPT = "kept"
    """Written in another right way, and all points were kept."""
    LOST = "lost"
    """Written in another right way, and points were lost."""
    NOT_RIGHT = "not right"
    """It was to be right and does something else: no word about the checks."""
    UNDECIDED = "undecided"
    """The machine or the grader itself was at fault."""

    @property
    def is_mistake(self) -> bool:
        """Whether it is a mistake that a check looks at, and so has to notice."""
        return self in (TrialVerdict.NOTICED, TrialVerdict.BY_OTHERS, TrialVerdict.MISSED)

    @property
    def is_to_be_mended(self) -> bool:
        """Whether the activity has to be changed for it."""
        return self in (TrialVerdict.BY_OTHERS, TrialVerdict.MISSED, TrialVerdict.LOST)


@dataclass(frozen=True)
class Trial:
    """One variant, graded.

    Parameters
    ----------
    owners
        The checks whose matter it is.
    noticed
        The checks that took points off.
    strays
        Those of them that have seen nothing but what the solution shows, too.
    said
        What the first of them said.
    """

    variant: Variant
    verdict: TrialVerdict
    owners: tuple[str, ...] = ()
    noticed: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class CheckRow:
    """One check, and the mistakes that are its matter.

    Parameters
    ----------
    made
        How many mistakes.
    noticed, others, none
        How many of them it noticed, only others did, nobody did.
    strays
        How many variants it took points off for, although it saw nothing else than at the solution.
    """

    id: str
    title: str
    made: int
    noticed: int
    others: int
    none: int
    strays: int = 0

    @property
    def is_unproven(self) -> bool:
        """Whether no mistake reaches it, or it notices none: then nothing shows that it does anything."""
        return self.noticed == 0


@dataclass(frozen=True)
class Proof:
    """What came of all variants of one solution.

    `checks` are the ids and titles of the checks that were tried, in the handout's order; `left_out` has the ids of
    those that could not be, and why.
    """

    activity: str
    title: str
    solution: str
    seed: int
    checks: tuple[tuple[str, str], ...]
    trials: tuple[Trial, ...]
    left_out: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def rows(self) -> list[CheckRow]:
        """A row for each check."""
        mistakes = [trial for trial in self.trials if trial.verdict.is_mistake]
        rows = []
        for id_, title in self.checks:
            own = [trial for trial in mistakes if id_ in trial.owners]
            counted = Counter(
                "noticed" if id_ in trial.noticed else "others" if trial.noticed else "none" for trial in own
            )
            strays = sum(id_ in trial.strays for trial in self.trials)
            rows.append(CheckRow(id_, title, len(own), counted["noticed"], counted["others"], counted["none"], strays))
        return rows

    def those(self, *verdicts: TrialVerdict) -> list[Trial]:
        """Return the variants that came to one of these."""
        return [trial for trial in self.trials if trial.verdict in verdicts]

    def count(self, *verdicts: TrialVerdict) -> int:
        """Count them."""
        return len(self.those(*verdicts))

    @property
    def mistakes(self) -> int:
        """How many mistakes were made that a check looks at."""
        return sum(trial.verdict.is_mistake for trial in self.trials)

    @property
    def share(self) -> float:
        """How many of them were noticed by a check whose matter they are, in percent."""
        return 100 * self.count(TrialVerdict.NOTICED) / self.mistakes if self.mistakes else 100.0

    @property
    def strays(self) -> list[Trial]:
        """The variants that a check took points off for whose matter they are not."""
        return [trial for trial in self.trials if trial.strays]

    @property
    def unproven(self) -> list[CheckRow]:
        """The checks of which nothing shows that they do anything."""
        return [row for row in self.rows if row.is_unproven]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is to be mended."""
        return not (self.unproven or self.strays or any(trial.verdict.is_to_be_mended for trial in self.trials))


def kinds(trials: Iterable[Trial]) -> list[tuple[str, int]]:
    """Count variants by their kind, the most frequent first."""
    return Counter(trial.variant.kind for trial in trials).most_common()
