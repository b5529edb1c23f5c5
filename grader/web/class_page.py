"""What the page of a class shows, from how everybody stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.classroom.overview.statistics import statistics
from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.plain import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.classroom.review.standing import Standing
    from grader.model.report import Report, Result
    from grader.web.desk import Desk
    from grader.web.names import Names

_REASON = 160
_NAMED = 4
_FULL = 100.0


@dataclass(frozen=True)
class Need:
    """One thing that needs a person.

    Parameters
    ----------
    kind
        By which the rows of the matrix can be filtered.
    href
        Where it is done; empty where the matrix shows them.
    who
        Names with what is said of each, the first few.

    """

    kind: str
    count: int
    what: str
    href: str = ""
    who: tuple[tuple[str, str], ...] = ()

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.who) if self.who else 0


@dataclass(frozen=True)
class Row:
    """One student's line of the matrix."""

    name: str
    cells: tuple[tuple[str, str], ...]
    earned: str
    pending: str
    maximum: str
    reason: str
    states: str


def class_facts(at: Desk, names: Names) -> dict[str, Any]:
    """Gather all that the page shows."""
    session = at.class_
    standings = session.standings()
    queue = at.queue()
    by_activity: dict[str, list[Standing]] = {}
    for one in standings:
        by_activity.setdefault(one.report.activity, []).append(one)
    return {
        "state": session.state(),
        "running": at.running,
        "trouble": at.trouble,
        "notes": session.notes,
        "needs": list(_needs(standings, names, sum(len(group.items) for group in queue), len(queue))),
        "absent": session.handed_nothing_in(),
        "activities": [_activity(id_, some, names) for id_, some in sorted(by_activity.items())],
        "title": "; ".join(dict.fromkeys(one.report.title for one in standings)) or "A class",
    }


def _activity(id_: str, standings: Sequence[Standing], names: Names) -> dict[str, Any]:
    checks = _columns([one.report for one in standings])
    rows = sorted((_row(one, checks) for one in standings), key=lambda row: names.shown(row.name).casefold())
    numbers = statistics([one.report for one in standings], [check.id for check in checks])
    return {"id": id_, "title": standings[0].report.title, "checks": checks, "rows": rows, "statistics": numbers}


def _columns(reports: Sequence[Report]) -> list[Result]:
    """Return the checks that count for somebody, in the handout's order."""
    known: dict[str, Result] = {}
    for report in sorted(reports, key=lambda report: -len(report.results)):
        for result in report.results:
            if result.counts:
                known.setdefault(result.id, result)
    return list(known.values())


def _row(one: Standing, checks: Sequence[Result]) -> Row:
    report, score = one.report, one.report.score
    by_id = {result.id: result for result in report.results if result.counts}
    return Row(
        name=one.hand_in.name,
        cells=tuple((check.id, by_id[check.id].status.value if check.id in by_id else "") for check in checks),
        earned=wording.number(score.earned),
        pending=wording.number(score.pending) if score.pending else "",
        maximum=wording.number(score.maximum),
        reason=_reason(one),
        states=" ".join(_states(one)),
    )


def _reason(one: Standing) -> str:
    """Say in words what a row's first wrong mark is about."""
    found = outline.next_thing(one.report)
    wrong = found.result is not None and found.result.status in {Status.FAILED, Status.PARTIAL, Status.ERROR}
    return clip(found.text if wrong else _circumstances(one), _REASON, 1)


def _circumstances(one: Standing) -> str:
    return "Handed in late." if one.hand_in.late else ""


def _states(one: Standing) -> Iterable[str]:
    results = [result for result in one.report.results if result.counts]
    tests = {
        "unopened": is_unopened(one),
        "wrong": any(result.status in {Status.FAILED, Status.PARTIAL, Status.BLOCKED} for result in results),
        "waits": any(result.pending for result in results),
        "lapsed": bool(one.earlier),
        "late": is_late_without_time(one),
        "right": one.report.score.percent >= _FULL,
    }
    return [state for state, holds in tests.items() if holds]


def is_unopened(one: Standing) -> bool:
    """Whether nothing could be read of what was handed in."""
    return not one.report.submission.files


def is_late_without_time(one: Standing) -> bool:
    """Whether a platform says that it is late, but not how late."""
    return one.hand_in.late and one.hand_in.submitted is None


def _needs(standings: Sequence[Standing], names: Names, items: int, groups: int) -> Iterable[Need]:
    unopened = [one for one in standings if is_unopened(one)]
    if unopened:
        who = tuple((names.shown(one.hand_in.name), _why_unopened(one)) for one in unopened[:_NAMED])
        yield Need("unopened", len(unopened), "could not be opened", who=who)
    if items:
        yield Need("waits", items, f"to decide, in {wording.count(groups, 'group')}", href="deciding.page")
    if lapsed := [one for one in standings if one.earlier]:
        count = sum(len(one.earlier) for one in lapsed)
        who = tuple((names.shown(one.hand_in.name), ", ".join(one.earlier)) for one in lapsed[:_NAMED])
        yield Need("lapsed", count, "decisions that no longer apply: something else was handed in", who=who)
    if late := [one for one in standings if is_late_without_time(one)]:
        yield Need("late", len(late), "late, and the platform does not say by how much", who=_named(late, names))


def _named(standings: Sequence[Standing], names: Names) -> tuple[tuple[str, str], ...]:
    return tuple((names.shown(one.hand_in.name), "") for one in standings[:_NAMED])


def _why_unopened(one: Standing) -> str:
    return next((clip(result.message, _REASON, 1) for result in one.report.results if result.message), "")
