"""Everybody's checks: a line for each student, a column for each check."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from grader.classroom.overview.statistics import Statistics, bin_of, statistics
from grader.model.outcome import Status
from grader.model.text import without_accents
from grader.report import outline, wording
from grader.report.plain import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from grader.classroom.overview.rows import OverviewRow
    from grader.model.report import Report, Result

_WRONG = (Status.FAILED, Status.PARTIAL, Status.BLOCKED)
_REASON = 160
_CELL = Markup('<span role="cell" class="c {}">{}</span>')
_LINK = Markup('<a href="{}">{}</a>')
# A class of 2,500 has sixty thousand: they are not filled in one by one.
_CELLS = {status: _CELL.format(status.value, words.label) for status, words in wording.STATUS.items()}
_NO_CELL = _CELL.format("none", "Not asked")


@dataclass(frozen=True)
class MatrixLine:
    """One student.

    `cells` is one check each: its look, and the words for it. `states` are the words under which the line is found by
    the page's filter. `reason` is what is wrong first, or what else to know.
    """

    row: OverviewRow
    cells: Markup
    earned: str
    pending: str
    maximum: str
    states: str
    reason: str


@dataclass(frozen=True)
class Matrix:
    """The students of one activity.

    Parameters
    ----------
    checks
        In the handout's order.
    """

    activity: str
    title: str
    checks: tuple[Result, ...]
    lines: tuple[MatrixLine, ...]
    statistics: Statistics


def matrices(rows: Sequence[OverviewRow], link: Callable[[OverviewRow, str], str] | None = None) -> list[Matrix]:
    """Sort the rows by activity, and by name.

    `link` makes the address where one can read more about a row's check; what passed needs none.
    """
    by_activity: dict[str, list[OverviewRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (without_accents(row.student), row.id, row.href)):
        by_activity[row.report.activity].append(row)
    return [_matrix(activity, some, link) for activity, some in sorted(by_activity.items())]


def _matrix(activity: str, rows: Sequence[OverviewRow], link: Callable[[OverviewRow, str], str] | None) -> Matrix:
    reports = [row.report for row in rows]
    checks = _columns(reports)
    numbers = statistics(reports, [check.id for check in checks])
    return Matrix(activity, reports[0].title, checks, tuple(_line(row, checks, link) for row in rows), numbers)


def _columns(reports: Sequence[Report]) -> tuple[Result, ...]:
    """Return the checks that count for somebody; reports of another version may add some."""
    known: dict[str, Result] = {}
    for report in sorted(reports, key=lambda report: -len(report.results)):
        for result in outline.in_order(report):
            if result.counts:
                known.setdefault(result.id, result)
    return tuple(known.values())


def _line(row: OverviewRow, checks: Sequence[Result], link: Callable[[OverviewRow, str], str] | None) -> MatrixLine:
    score = row.report.score
    results = {result.id: result for result in row.report.results if result.counts}
    return MatrixLine(
        row,
        cells=Markup().join(_cell(row, results.get(check.id), link) for check in checks),
        earned=wording.number(score.earned),
        pending=wording.number(score.pending) if score.pending else "",
        maximum=wording.number(score.maximum),
        states=" ".join(_states(row, results.values())),
        reason=clip(_reason(row), _REASON, 1),
    )


def _cell(row: OverviewRow, result: Result | None, link: Callable[[OverviewRow, str], str] | None) -> Markup:
    if result is None:
        return _NO_CELL
    if link is None or result.status is Status.PASSED:
        return _CELLS[result.status]
    words = _LINK.format(link(row, result.id), wording.STATUS[result.status].label)
    return _CELL.format(result.status.value, words)


def _reason(row: OverviewRow) -> str:
    """Say what is wrong first, in the words of the report, and what else to know."""
    thing = outline.next_thing(row.report)
    tells = thing.result is not None and thing.result.status in (Status.FAILED, Status.PARTIAL)
    wrong = thing.result.message if thing.result is not None and row.unopened else thing.text
    return " ".join([*row.notes, *([wrong] if tells else [])])


def _states(row: OverviewRow, results: Iterable[Result]) -> Iterator[str]:
    some = list(results)
    wrong = any(result.status in _WRONG for result in some)
    error = any(result.status is Status.ERROR for result in some)
    tests = {
        "error": error,
        "wrong": wrong,
        "waits": any(result.pending for result in some),
        "right": not wrong and not error,
        "unopened": row.unopened,
        "choose": bool(row.apps),
        "lapsed": bool(row.lapsed),
        "late": row.late_without_time,
    }
    yield from (state for state, holds in tests.items() if holds)
    yield f"bin-{bin_of(row.report)}"
