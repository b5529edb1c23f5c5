"""How a hand-in stands: what was graded, with what a person has decided about it since."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from grader.classroom.roster import Roster
from grader.course.late import LatePolicy
from grader.model.faults import Code, InputError
from grader.model.report import NOT_RUN
from grader.report import wording
from grader.rubric import Status
from grader.rubric.running_checks import not_tried

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.classroom.journal import Journal
    from grader.classroom.records import Adjustment, Decision, Entry, Made, Stamp
    from grader.platforms.exports.handin import HandIn
    from grader.rubric import Check, Report, Result

SAID = {
    Status.PASSED: "A person has looked at this: it counts as done.",
    Status.PARTIAL: "A person has looked at this: it counts as partly right.",
    Status.FAILED: "A person has looked at this: it does not count as done.",
}
"""The statuses that a person may give a check, and how the student hears of it."""

LATE = "late"
"""Under which the course's policy is kept in the journal."""
_NOT_LOOKED_AT = (Status.BLOCKED, Status.SKIPPED, Status.ERROR)
_HALF = 0.5
_WHOLE = 100


class Standing(NamedTuple):
    """One hand-in as it stands now.

    Parameters
    ----------
    entry
        What was graded.
    report
        With what a person has decided since.
    decisions
        By the checks' ids: those that hold.
    earlier
        Those about something else than is there now, which hold no more; a check of theirs may be gone.
    as_found
        The report as the grader made it.
    found
        Its results by the checks' ids.
    adjustment
        What a person says about the whole.
    """

    hand_in: HandIn
    entry: Entry
    report: Report
    decisions: Mapping[str, Decision]
    earlier: Mapping[str, Decision]
    as_found: Report
    found: Mapping[str, Result]
    adjustment: Adjustment | None = None

    @property
    def apps(self) -> Sequence[str]:
        """The paths of the files that may be the app; none where it is clear."""
        apps: Sequence[str] = self.entry.extra.get("apps", {"all": ()})["all"]  # not in the first journals
        return apps

    @property
    def needs_a_choice(self) -> bool:
        """Whether nothing is decided until a person says which app counts; they may decide the check itself instead."""
        return any(result.reason == Code.SEVERAL_APPS.value and result.waits for result in self.report.results)


class Standings:
    """How everyone of a class stands; what has not changed since the last time is not worked out again.

    For several threads at once; what other processes have written is seen the next time.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        # Replaced as a whole, and never waited for: who decides holds the journal meanwhile.
        self._known: dict[str, tuple[tuple[Stamp, HandIn, LatePolicy | None], Standing]] = {}

    def all(self) -> dict[str, Standing]:
        """Return by name, in the order of the export, how they stand; who is not graded yet is left out."""
        hand_ins, stamps, before = Roster.of(self._journal).hand_ins, self._journal.stamps(), self._known
        late = late_policy(self._journal)
        now: dict[str, tuple[tuple[Stamp, HandIn, LatePolicy | None], Standing]] = {}
        for hand_in in hand_ins:
            stamp, known = stamps.get(hand_in.name), before.get(hand_in.name)
            if stamp is None:
                continue
            facts = stamp, hand_in, late
            if known is not None and known[0] == facts:
                now[hand_in.name] = known
            elif (entry := self._journal.entry(hand_in.name)) is not None:
                now[hand_in.name] = facts, standing_of(hand_in, entry, self._journal, late)
        self._known = now
        return {name: standing for name, (_, standing) in now.items()}


def late_policy(journal: Journal) -> LatePolicy | None:
    """Return what the course takes off for a day, as it was when the class was graded."""
    kept = journal.recall(LATE)
    return LatePolicy(**kept) if kept else None


def standing_of(
    hand_in: HandIn, entry: Entry, journal: Journal, late: LatePolicy | None, as_found: Report | None = None
) -> Standing:
    """Work out how one hand-in stands.

    `as_found` is the entry's report, where it has been read already.
    """
    as_found = as_found or entry.full_report()
    report = replace(as_found, submission=replace(as_found.submission, student=hand_in.student))
    found = {result.id: result for result in report.results}
    decisions: dict[str, Decision] = {}
    earlier: dict[str, Decision] = {}
    for check, made in journal.made(entry.name).items():
        (decisions if _holds(made, entry, found.get(check), as_found) else earlier)[check] = made.decision
    adjustment = journal.adjustment(entry.name)
    report = adjusted(decided(report, decisions.values()), adjustment, late, entry.extra.get("about late", ""))
    return Standing(hand_in, entry, report, decisions, earlier, as_found, found, adjustment)


def _holds(made: Made, entry: Entry, found: Result | None, as_found: Report) -> bool:
    """Whether what was looked at is what is there: the whole hand-in, or what of it counts for this check."""
    if found is None:
        return False
    return made.digest == entry.digest or (bool(made.basis) and made.basis == basis(found, as_found))


def basis(found: Result, as_found: Report) -> str:
    """Return what a person looks at who decides a check: its pictures, whatever was said of them, else what was said.

    Empty where the grader has not looked itself: then a person decides about this very hand-in.

    `found` is what the grader itself found. `as_found` is the report that it stands in.
    """
    pixels = [each.pixels for each in found.evidence if each.kind == "picture"]
    if pixels and all(pixels):
        looked_at: list[object] = ["picture", found.id, pixels]
    elif found.status in _NOT_LOOKED_AT or as_found.environment.isolation == NOT_RUN:
        return ""
    else:
        said = (found.message, found.expected, found.observed, found.file, found.line)
        looked_at = ["reason", found.id, found.status.value, *said]
    return hashlib.sha256(json.dumps(looked_at).encode()).hexdigest()[:32]


def decided(report: Report, decisions: Iterable[Decision]) -> Report:
    """Return a report in which a person's decisions stand in the place of what the grader found.

    A decided check keeps its evidence.  Partly right earns what the person says, else the share that the activity gives
    it; half of the points where the activity is not installed here.  A check that was not tried because of one that is
    accepted now gets no verdict of its own: it waits for a person, too.
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


def adjusted(report: Report, adjustment: Adjustment | None, late: LatePolicy | None, about_late: str = "") -> Report:
    """Return a report with what a person says about the whole.

    `late` is what the course takes off for each day; nothing where it is None. `about_late` is what the report says of
    the time it was handed in, which a person's word takes the place of.
    """
    if adjustment is None:
        return report
    notes = list(report.notes)
    if adjustment.points:
        verb = "is" if abs(adjustment.points) == 1 else "are"
        done = "added" if adjustment.points > 0 else "taken off"
        what = f"{wording.count(abs(adjustment.points), 'point')} {verb} {done}"
        notes.append(f"{what}: {adjustment.reason}" if adjustment.reason else f"{what}.")
    taken_off = report.taken_off
    if adjustment.days_late is not None:
        notes = [note for note in notes if note != about_late]
        taken_off = late.share_of_days(adjustment.days_late) if late else 0.0
        days = wording.count(adjustment.days_late, "day")
        cost = f": {_WHOLE * taken_off:g} % of the points earned are taken off" if taken_off else ""
        if adjustment.days_late or report.taken_off:
            notes.append(f"Counts as handed in {days} late{cost}.")
    return replace(
        report,
        notes=tuple(notes),
        taken_off=taken_off,
        adjusted=adjustment.points,
        adjusted_because=adjustment.reason,
        days_late=adjustment.days_late,
    )


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
    share = {Status.PASSED: 1.0, Status.PARTIAL: partial, Status.FAILED: 0.0}[status]
    judged = replace(
        result,
        status=status,
        earned=result.points * share if decision.points is None else min(decision.points, result.points),
        pending=False,
        message=f"{SAID[status]} {note}".strip(),
        hint=None,
        traceback=None,
        note=decision.note,
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
