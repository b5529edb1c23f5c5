"""What the page of a class shows, from how everybody stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.classroom.overview.statistics import bin_of, statistics
from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.plain import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.classroom.review.alike import ReviewGroup
    from grader.classroom.review.standing import Standing
    from grader.classroom.session import ClassSession, Student
    from grader.model.report import Report, Result
    from grader.web.desk import Desk
    from grader.web.names import Names

_REASON = 160
_NAMED = 4
_FULL = 100.0
_WRONG = (Status.FAILED, Status.PARTIAL, Status.BLOCKED)
_CELL = Markup('<span role="cell" class="c {}">{}</span>')
_CELLS: dict[Status | None, Markup] = {
    None: _CELL.format("none", "not asked"),
    **{status: _CELL.format(status.value, words.label) for status, words in wording.STATUS.items()},
}
"""A class of 2,500 has sixty thousand: they are not filled in one by one."""


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
        The first few: the submission, the name to show, and what is said of it.

    """

    kind: str
    count: int
    what: str
    href: str = ""
    who: tuple[tuple[str, str, str], ...] = ()

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.who) if self.who else 0


@dataclass(frozen=True)
class Row:
    """One student's line of the matrix."""

    name: str
    cells: Markup
    earned: str
    pending: str
    maximum: str
    reason: str
    states: str


def _states(one: Standing) -> list[str]:
    wrong = any(each.counts and each.status in _WRONG for each in one.report.results)
    return ["wrong"] if wrong else ["right"] if one.report.score.percent >= _FULL else []


def class_facts(at: Desk, names: Names) -> dict[str, Any]:
    """Gather all that the page shows."""
    session = at.class_
    standings = session.standings()
    needs = list(_needs(session, names, at.queue())) if standings else []
    of: dict[str, set[str]] = {}
    for kind, some in _filters(session).items() if standings else ():
        for name in some:
            of.setdefault(name, set()).add(kind)
    by_activity: dict[str, list[Standing]] = {}
    for one in standings:
        by_activity.setdefault(one.report.activity, []).append(one)
    return {
        "state": session.state(),
        "running": at.running,
        "trouble": at.trouble,
        "notes": session.notes,
        "needs": needs,
        "absent": session.handed_nothing_in(),
        "activities": [_activity(id_, some, names, of) for id_, some in sorted(by_activity.items())],
        "title": "; ".join(dict.fromkeys(one.report.title for one in standings)) or "A class",
    }


def _filters(session: ClassSession) -> dict[str, list[str]]:
    """Return the submissions that the rows of what needs a person are about."""
    return {
        "unopened": [one.who.name for one in session.unopened()],
        "choose": [choice.who.name for choice in session.choices() if choice.is_needed],
        "lapsed": [each.name for each in session.lapsed()],
        "late": [each.name for each in session.late_without_time()],
    }


def _activity(id_: str, standings: Sequence[Standing], names: Names, of: Mapping[str, set[str]]) -> dict[str, Any]:
    checks = _columns([one.report for one in standings])
    rows = sorted(
        (_row(one, checks, of.get(one.hand_in.name, set())) for one in standings),
        key=lambda row: names.shown(row.name).casefold(),
    )
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


def _row(one: Standing, checks: Sequence[Result], of: set[str]) -> Row:
    report, score = one.report, one.report.score
    by_id = {result.id: result for result in report.results if result.counts}
    return Row(
        name=one.hand_in.name,
        cells=Markup().join(_CELLS[by_id[check.id].status if check.id in by_id else None] for check in checks),
        earned=wording.number(score.earned),
        pending=wording.number(score.pending) if score.pending else "",
        maximum=wording.number(score.maximum),
        reason=_reason(one),
        states=" ".join(
            ["waits"] * any(result.pending for result in by_id.values())
            + _states(one)
            + [f"bin-{bin_of(report)}"]
            + sorted(of)
        ),
    )


def _reason(one: Standing) -> str:
    """Say in words what a row's first wrong mark is about."""
    found = outline.next_thing(one.report)
    wrong = found.result is not None and found.result.status in {Status.FAILED, Status.PARTIAL, Status.ERROR}
    return clip(found.text if wrong else _circumstances(one), _REASON, 1)


def _circumstances(one: Standing) -> str:
    return "Handed in late." if one.hand_in.late else ""


def _needs(session: ClassSession, names: Names, queue: Sequence[ReviewGroup]) -> Iterable[Need]:
    if unopened := session.unopened():
        who = tuple(_who(one.who, names, clip(one.reason, _REASON, 1)) for one in unopened[:_NAMED])
        yield Need("unopened", len(unopened), "could not be opened", who=who)
    if choices := [choice for choice in session.choices() if choice.is_needed]:
        who = tuple(_who(each.who, names, " or ".join(each.apps)) for each in choices[:_NAMED])
        yield Need("choose", len(choices), "several apps, choose one", who=who)
    if queue:
        items = sum(len(group.items) for group in queue)
        yield Need("waits", items, f"to decide, in {wording.count(len(queue), 'group')}", href="deciding.page")
    if lapsed := session.lapsed():
        many = "decision that no longer applies" if len(lapsed) == 1 else "decisions that no longer apply"
        yield Need("lapsed", len(lapsed), f"{many}: something else was handed in", href="lapsed.page")
    if late := session.late_without_time():
        who = tuple(_who(each, names) for each in late[:_NAMED])
        yield Need("late", len(late), "late, and the platform does not say by how much", who=who)
    if pairs := session.pairs():
        many = "pair has" if len(pairs) == 1 else "pairs have"
        yield Need("alike", len(pairs), f"{many} pictures or code in common", href="alike.page")


def _who(student: Student, names: Names, why: str = "") -> tuple[str, str, str]:
    return student.name, names.shown(student.name), why
