"""What a person decided, put into a report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.rubric import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.classroom.journal import Decision
    from grader.rubric import Report, Result

SHARES = {Status.PASSED: 1.0, Status.PARTIAL: 0.5, Status.FAILED: 0.0}
"""The statuses that a person may give a check, and which share of its points each earns."""


def decided(report: Report, decisions: Iterable[Decision]) -> Report:
    """Return a report in which a person's decisions stand in the place of what the grader found."""
    by_check = {decision.check: decision for decision in decisions}
    return replace(report, results=tuple(_decided(result, by_check.get(result.id)) for result in report.results))


def _decided(result: Result, decision: Decision | None) -> Result:
    if decision is None:
        return result
    status = Status(decision.status)
    message = f"Decided by a person: {decision.note}" if decision.note else "Decided by a person."
    return replace(result, status=status, earned=result.points * SHARES[status], pending=False, message=message)
