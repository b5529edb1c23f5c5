"""A hand-in while its checks are run one by one, behind glass; and what came of the solution."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from grader.model.faults import MachineFault, StudentFault
from grader.proving.watching import Seen, watched

if TYPE_CHECKING:
    from grader.grading import Attempt, Gradable, Grader
    from grader.proving.behaviour import Behaviour, Visits
    from grader.proving.looks import Look
    from grader.rubric import Check, Result


@dataclass
class Record:
    """What came of the solution, to compare the variants with.

    Results and looks are kept by the check's id.
    """

    visits: Visits
    does: Behaviour
    results: dict[str, Result] = field(default_factory=dict)
    looks: dict[str, list[Look]] = field(default_factory=dict)
    pages_seen: dict[str, str] = field(default_factory=dict)


class Graded:
    """One submission while it is graded: its checks are run one by one, behind glass."""

    def __init__(self, grader: Grader, gradable: Gradable) -> None:
        self.seen = {check.id: Seen() for check in gradable.activity.checks}
        checks = [watched(check, self.seen[check.id]) for check in gradable.activity.checks]
        activity = gradable.activity.adapted(checks, version=gradable.activity.version)
        self.attempt: Attempt = grader.begin(replace(gradable, activity=activity))
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

    def __enter__(self) -> Graded:
        return self

    def __exit__(self, *_: object) -> None:
        self.attempt.close()
