"""How a hand-in stands: what was graded, with what a person has decided about it since."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from grader.classroom.roster import Roster
from grader.model.faults import InputError
from grader.rubric import Status
from grader.rubric.running import not_tried

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.classroom.journal import Decision, Entry, Journal, Stamp
    from grader.platforms.exports.handin import HandIn
    from grader.rubric import Check, Report, Result

SAID = {
    Status.PASSED: "A person has looked at this: it counts as done.",
    Status.PARTIAL: "A person has looked at this: it counts as partly right.",
    Status.FAILED: "A person has looked at this: it does not count as done.",
}
"""The statuses that a person may give a check, and how the student hears of it."""

_HALF = 0.5


class Standing(NamedTuple):
    """One hand-in as it stands now.

    Parameters
    ----------
    entry
        What was graded.
    report
        With what a person has decided since.
    decisions, earlier
        By the checks' ids: those that hold, and those about another content of the hand-in, which do not any more.

    """

    hand_in: HandIn
    entry: Entry
    report: Report
    decisions: Mapping[str, Decision]
    earlier: Mapping[str, Decision]


class Standings:
    """How everyone of a class stands; what has not changed since the last time is not worked out again.

    For several threads at once; what other processes have written is seen the next time.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        # Replaced as a whole, and never waited for: who decides holds the journal meanwhile.
        self._known: dict[str, tuple[Stamp, HandIn, Standing]] = {}

    def all(self) -> dict[str, Standing]:
        """Return by name, in the order of the export, how they stand; who is not graded yet is left out."""
        hand_ins, stamps, before = Roster.of(self._journal).hand_ins, self._journal.stamps(), self._known
        now: dict[str, tuple[Stamp, HandIn, Standing]] = {}
        for hand_in in hand_ins:
            stamp, known = stamps.get(hand_in.name), before.get(hand_in.name)
            if stamp is None:
                continue
            if known is not None and known[:2] == (stamp, hand_in):
                now[hand_in.name] = known
            elif (entry := self._journal.entry(hand_in.name)) is not None:
                now[hand_in.name] = stamp, hand_in, _standing(hand_in, entry, self._journal)
        self._known = now
        return {name: standing for name, (_, _, standing) in now.items()}


def _standing(hand_in: HandIn, entry: Entry, journal: Journal) -> Standing:
    report = entry.full_report()
    report = replace(report, submission=replace(report.submission, student=hand_in.student))
    decisions = {each.check: each for each in journal.decisions(entry)}
    earlier = {each.check: each for each in journal.outdated_decisions(entry)}
    return Standing(hand_in, entry, decided(report, decisions.values()), decisions, earlier)


def decided(report: Report, decisions: Iterable[Decision]) -> Report:
    """Return a report in which a person's decisions stand in the place of what the grader found.

    A decided check keeps its evidence.  Partly right earns the share that the activity gives it; half of the points
    where the activity is not installed here.  A check that was not tried because of one that is accepted now gets no
    verdict of its own: it waits for a person, too.
    """
    by_check = {decision.check: decision for decision in decisions}
    if not by_check:
        return report
    checks = _checks(report.activity)
    now: dict[str, Result] = {}
    for result in report.results:
        check = checks.get(result.id)
        if result.id in by_check and result.counts:
            now[result.id] = _judged(result, by_check[result.id], check.partial if check else _HALF)
        else:
            now[result.id] = _followed_up(result, check.needs if check else (), now)
    return replace(report, results=tuple(now.values()))


@cache
def _checks(activity: str) -> Mapping[str, Check]:
    """Return an activity's checks by their ids; none where it came from a file of the course's own."""
    from grader.activities import installed_activity

    try:
        return {check.id: check for check in installed_activity(activity).checks}
    except InputError:
        return {}


def _judged(result: Result, decision: Decision, partial: float) -> Result:
    """Put a decision in the place of what the grader found; what it found wrong stays, unless that is accepted."""
    status = Status(decision.status)
    note = f"Their note: {decision.note}" if decision.note else ""
    judged = replace(
        result,
        status=status,
        earned=result.points * {Status.PASSED: 1.0, Status.PARTIAL: partial, Status.FAILED: 0.0}[status],
        pending=False,
        message=f"{SAID[status]} {note}".strip(),
        hint=None,
        traceback=None,
    )
    if status is Status.PASSED:
        return replace(judged, expected=None, observed=None, file=None, line=None)
    if result.status in (Status.FAILED, Status.PARTIAL):
        message = " ".join(filter(None, (SAID[status], result.message, note)))
        return replace(judged, message=message, hint=result.hint)
    return judged if note else replace(judged, hint="Ask them what to change, if that is not clear.")


def _followed_up(result: Result, needs: Iterable[str], now: Mapping[str, Result]) -> Result:
    """Look again at a check that was not tried, after what was decided about those that it needs."""
    needed = [now[need] for need in needs if need in now]
    if result.status is not Status.BLOCKED or not needed:
        return result
    unmet = [other for other in needed if not other.status.meets_a_need]
    if unmet:
        return not_tried(result, unmet)
    titles = " and ".join(f'"{other.title}"' for other in needed)
    verb = "are" if len(needed) > 1 else "is"
    message = f"The grader has not tried this. Now that {titles} {verb} accepted, a person looks at it."
    return replace(result, status=Status.REVIEW, message=message, hint=None, pending=True)
