"""``report.html``: one file that needs nothing else, for every screen, for paper, keyboard and screen reader."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.comparison import DiffPiece, compare
from grader.report.evidence import media_type
from grader.report.page_environment import page_environment, security_policy, style_sheet
from grader.report.plain import clip

if TYPE_CHECKING:
    from jinja2 import Template

    from grader.model.outcome import Evidence
    from grader.model.report import Report, Result

_CHANGES = {"new": "new", "changed": "new value", "same": "as before", "gone": "gone"}
_WRONG = (Status.FAILED.value, Status.PARTIAL.value)
_BAR = 1000  # the width of the score's bar, in its own units


def render(report: Report) -> bytes:
    """Make the whole file."""
    return to_html(report).encode("utf-8")


def to_html(report: Report) -> str:
    """Make the page."""
    score = report.score
    visits = outline.visits(report)
    numbers = {visit.evidence.path: visit.number for visit in visits}
    groups = [_group(group, numbers) for group in outline.groups(report)]
    css, policy = _style()
    return _template().render(
        report=report,
        css=css,
        policy=policy,
        score=score,
        bar=_bar(score.earned, score.pending, score.maximum),
        headline=wording.headline(report),
        details=wording.score_details(report),
        next=outline.next_thing(report),
        groups=groups,
        visits=[_visit(visit) for visit in visits],
        quoted=any(seen.cookie.value.startswith('"') for visit in visits for seen in visit.cookies),
    )


@dataclass(frozen=True)
class _Picture:
    """A picture as the page shows it; ``visit`` where the cookie time line has it, ``beside`` where it has the same."""

    kind: str
    caption: str
    alt: str
    uri: Markup | None
    missing: str
    visit: int | None = None
    beside: int | None = None


@dataclass(frozen=True)
class _ShownCheck:
    """A result as the page shows it."""

    id: str
    title: str
    look: str
    label: str
    points: str
    message: str
    expected: list[DiffPiece] | None
    observed: list[DiffPiece] | None
    place: str
    hint: str | None
    evidence: list[_Picture]

    @property
    def open(self) -> bool:
        return self.look != Status.PASSED.value

    @property
    def says_more(self) -> bool:
        """Whether there is more to it than its line in the table, where a mere message has room."""
        said = (self.expected is not None, self.observed is not None, self.hint, self.place, self.evidence)
        return self.look in _WRONG or any(said)


def _group(group: outline.Group, visits: dict[str, int]) -> dict[str, Any]:
    checks = [_check(result, visits) for result in group.results]
    return {"heading": group.heading, "checks": checks, "says_more": any(check.says_more for check in checks)}


def _check(result: Result, visits: dict[str, int]) -> _ShownCheck:
    expected, observed = compare(clip(result.expected or ""), clip(result.observed or ""))
    return _ShownCheck(
        id=result.id,
        title=result.title,
        look=result.status.value if result.counts else Status.SKIPPED.value,
        label=wording.words(result).label,
        points=wording.points_of(result),
        message=result.message,
        expected=None if result.expected is None else [piece for piece in expected if piece.text],
        observed=None if result.observed is None else [piece for piece in observed if piece.text],
        place=wording.place(result),
        hint=result.hint,
        evidence=[_picture(entry, visits) for entry in result.evidence],
    )


def _picture(entry: Evidence, visits: dict[str, int] | None = None) -> _Picture:
    kind = media_type(entry.data)
    source = "A screenshot by the grader's browser" if entry.kind == "screenshot" else "A picture that was handed in"
    visits = visits or {}
    return _Picture(
        kind=entry.kind,
        caption=entry.caption,
        alt=f"{source}: {entry.caption.replace('`', '')}",
        uri=Markup(f"data:{kind};base64,{base64.b64encode(entry.data).decode('ascii')}") if kind else None,  # noqa: S704 - a constant and base64
        missing="This picture is in a format that browsers do not show." if entry.data else "No picture was kept.",
        visit=visits.get(entry.path),
        beside=visits.get(entry.beside or ""),
    )


def _visit(visit: outline.Visit) -> dict[str, Any]:
    return {
        "number": visit.number,
        "result": visit.result,
        "picture": _picture(visit.evidence),
        "cookies": visit.cookies,
        "summary": visit.summary,
    }


def _bar(earned: float, pending: float, maximum: float) -> dict[str, int]:
    """How far the coloured parts reach; the earned one lies upon the pending one."""
    if maximum <= 0:
        return {"earned": 0, "pending": 0}
    return {"earned": round(_BAR * earned / maximum), "pending": round(_BAR * (earned + pending) / maximum)}


@cache
def _template() -> Template:
    words = {
        "number": wording.number,
        "points": lambda amount: wording.count(amount, "point"),
        "moment": wording.moment,
        "expiry": wording.expiry,
        "change_words": _CHANGES,
    }
    return page_environment("grader.report", words).get_template("report.html.j2")


@cache
def _style() -> tuple[Markup, str]:
    """Read the style sheet, and make the policy that allows it."""
    css = style_sheet(("grader.report", "report.css"))
    return css, security_policy(css)
