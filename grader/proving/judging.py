"""A hand-in while its checks are run one by one, behind glass; whose matter a mistake is, and who has noticed it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from grader.model.faults import MachineFault, StudentFault
from grader.proving.glass import SeenByCheck, watched
from grader.proving.looks import differs, shows_as_much
from grader.proving.proof import Trial, TrialVerdict
from grader.rubric import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.grading import Gradable, Grader, GradingAttempt
    from grader.proving.behaviour import Behaviour, Visits
    from grader.proving.looks import Look
    from grader.proving.variant import Variant
    from grader.rubric import Check, Result

_TAKES_POINTS = {Status.FAILED, Status.PARTIAL, Status.REVIEW}


class GradedVariant:
    """One submission while it is graded: its checks are run one by one, behind glass."""

    def __init__(self, grader: Grader, gradable: Gradable) -> None:
        self.seen = {check.id: SeenByCheck() for check in gradable.activity.checks}
        checks = [watched(check, self.seen[check.id]) for check in gradable.activity.checks]
        activity = gradable.activity.adapted(checks, version=gradable.activity.version)
        self.attempt: GradingAttempt = grader.begin(replace(gradable, activity=activity))
        self.results: dict[str, Result] = {}

    def result(self, check: Check) -> Result:
        """Return how a check ended."""
        self.results[check.id] = self.attempt.result(check.id)
        return self.results[check.id]

    def get(self, name: str) -> Any:
        """Return ``site`` or ``browser``, not behind glass; None where it has not come up."""
        with suppress(StudentFault, MachineFault):
            return self.attempt.get(name)
        return None

    def __enter__(self) -> GradedVariant:
        return self

    def __exit__(self, *_: object) -> None:
        self.attempt.close()


@dataclass(frozen=True)
class Judge:
    """Compares what checks saw of a variant, and said of it, with what they did of the solution.

    Parameters
    ----------
    checks
        All checks of the activity, by id.
    visits, does
        What the solution does, and by which visits it is told.
    results, looks
        How the checks to be proven ended at the solution, and what they looked at, by id.
    pages_seen
        What a person sees of each of the solution's pages, by path; nothing where no check looks at the browser.
    """

    checks: Mapping[str, Check]
    visits: Visits
    does: Behaviour
    results: Mapping[str, Result]
    looks: Mapping[str, list[Look]]
    pages_seen: Mapping[str, str]

    def judge(self, variant: Variant, graded: GradedVariant, checks: list[Check]) -> Trial:
        """Say who has seen a difference, and who has noticed a mistake."""
        results = {check.id: graded.results[check.id] for check in checks}
        undecided = [one for one in results.values() if one.status in {Status.ERROR, Status.SKIPPED}]
        noticed = [
            id_
            for id_, result in results.items()
            if result.status in _TAKES_POINTS and result.earned < self.results[id_].earned
        ]
        saw, saw_what_follows = (
            {id_ for id_, result in results.items() if self._saw(graded, id_, result, at_the_root=at_the_root)}
            for at_the_root in (True, False)
        )
        anything = saw | saw_what_follows
        owners = self._owners(saw, anything, noticed)
        if undecided:
            verdict = TrialVerdict.UNDECIDED
        elif set(owners) & set(noticed):
            verdict = TrialVerdict.NOTICED
        elif noticed:
            verdict = TrialVerdict.BY_OTHERS
        else:
            verdict = TrialVerdict.MISSED if owners else TrialVerdict.NOT_LOOKED_AT
        loudest = next(iter([id_ for id_ in owners if id_ in noticed] or noticed), None)
        said = undecided[0].message if undecided else results[loudest].message if loudest else ""
        unseen = [id_ for id_ in noticed if id_ not in anything]
        strays = [id_ for id_ in unseen if shows_as_much(self.looks[id_], graded.seen[id_].looks)]
        return Trial(variant, verdict, tuple(owners), tuple(noticed), tuple(strays), said)

    def _saw(self, graded: GradedVariant, id_: str, result: Result, *, at_the_root: bool) -> bool:
        """Whether a check saw a difference; one that has looked at nothing, by how it ended."""
        seen = graded.seen[id_]
        if not seen.is_called:
            return result.status in _TAKES_POINTS
        return differs(self.looks[id_], seen.looks, at_the_root=at_the_root)

    def _owners(self, saw: set[str], saw_anything: set[str], noticed: list[str]) -> list[str]:
        """Return the checks whose matter a difference is.

        Of those that saw it at the root, not those that rest on another one; nor the browser's, where the answer itself
        shows it. Those that saw only what follows from it answer for it where nobody has noticed it at the root.  And
        of several, it is the matter of those that have noticed it.
        """
        by_browser = {id_ for id_, check in self.checks.items() if "browser" in check.looks_at}
        at_the_root, anywhere, in_browser = (
            [id_ for id_ in self.checks if id_ in seers and not _needs_of(id_, self.checks) & saw_anything]
            for seers in (saw - by_browser, saw_anything - by_browser, saw)
        )
        asked = (at_the_root, anywhere) if anywhere else (in_browser,)
        for own in asked:
            if own_and_noticed := [id_ for id_ in own if id_ in noticed]:
                return own_and_noticed
        return at_the_root or asked[-1]


def _needs_of(id_: str, checks: Mapping[str, Check]) -> set[str]:
    """Return all checks that one rests on."""
    found: set[str] = set()
    asked = list(checks[id_].needs)
    while asked:
        need = asked.pop()
        if need not in found:
            found.add(need)
            asked += checks[need].needs
    return found
