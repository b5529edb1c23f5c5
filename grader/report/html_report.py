"""``report.html``: one file that needs nothing else, for every screen, for paper, keyboard and screen reader.

Pictures are cropped and small in it; each leads to the whole one in the evidence folder beside the page.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.comparison import DiffPiece, sides
from grader.report.evidence import is_inside, shown_picture
from grader.report.page_environment import page_environment, security_policy, style_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template

    from grader.model.outcome import Evidence
    from grader.model.report import Report, Result

_CHANGES = {"new": "new", "changed": "new value", "same": "as before", "gone": "gone"}
_WRONG = (Status.FAILED.value, Status.PARTIAL.value)
_STRIP = 3  # so many times as wide as high
_BAR = 1000  # the width of the score's bar, in its own units


def render(report: Report) -> bytes:
    """Make the whole file."""
    return to_html(report).encode("utf-8")


def to_html(report: Report) -> str:
    """Make the page."""
    score = report.score
    visits = outline.visits(report)
    page = _Page({visit.evidence.path: visit.number for visit in visits}, outline.causes(report))
    groups = [page.group(group) for group in outline.groups(report)]
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
        tally=_tally([check for group in groups for check in (*group["rows"], *group["sheet"])]),
        visits=[{"visit": visit, "picture": _picture(visit.evidence)} for visit in visits],
        quoted=any(seen.cookie.value.startswith('"') for visit in visits for seen in visit.cookies),
    )


@dataclass(frozen=True)
class _Picture:
    """A picture as the page shows it; ``beside`` is the visit of the cookie time line that shows the same."""

    caption: str
    alt: str
    uri: Markup | None
    width: int
    height: int
    missing: str
    whole: str
    read: tuple[str, ...]
    beside: int | None

    @property
    def is_wide(self) -> bool:
        """Whether it is a strip, which is read best in the whole width."""
        return self.width > _STRIP * self.height


@dataclass(frozen=True)
class _ShownCheck:
    """A result as the page shows it; ``cause`` is the check that fails for the same reason, ``visits`` show it."""

    id: str
    title: str
    look: str
    label: str
    points: str
    message: str
    cause: Result | None
    sides: Mapping[str, list[DiffPiece]]
    place: str
    hint: str | None
    visits: list[tuple[int, str]]
    pictures: list[_Picture]

    @property
    def says_more(self) -> bool:
        """Whether there is more to it than fits its line, where a mere message has room."""
        return self.look in _WRONG or any((self.sides, self.hint, self.place, self.pictures, self.cause))

    @property
    def is_only_seen(self) -> bool:
        """Whether its pictures say all: they are shown side by side."""
        said = (self.sides, self.hint, self.message, self.visits)
        return self.look == Status.PASSED.value and bool(self.pictures) and not any(said)


@dataclass(frozen=True)
class _Page:
    """What the checks of a page share: the visits that show evidence, by its path, and which fail for one reason."""

    visits: Mapping[str, int]
    causes: Mapping[str, Result]

    def group(self, group: outline.Group) -> dict[str, Any]:
        """Sort a step's checks into lines and what is only to be seen."""
        checks = [self._check(result) for result in group.results]
        return {
            "heading": group.heading,
            "rows": [check for check in checks if not check.is_only_seen],
            "sheet": [check for check in checks if check.is_only_seen],
        }

    def _check(self, result: Result) -> _ShownCheck:
        cause = self.causes.get(result.id)
        words = wording.words(result)
        seen = [(self.visits[each.path], each.caption) for each in result.evidence if each.path in self.visits]
        return _ShownCheck(
            id=result.id,
            title=result.title,
            look=result.status.value if result.counts else Status.SKIPPED.value,
            label=words.label,
            points=wording.points_of(result),
            message="" if cause else result.message,
            cause=cause,
            sides={} if cause else sides(result),
            place="" if cause else wording.place(result),
            hint=None if cause else result.hint,
            visits=seen,
            pictures=[_picture(each, self.visits) for each in result.evidence if each.path not in self.visits],
        )


def _picture(entry: Evidence, visits: Mapping[str, int] | None = None) -> _Picture:
    shown = shown_picture(entry.data)
    source = "A screenshot by the grader's browser" if entry.kind == "screenshot" else "A picture that was handed in"
    return _Picture(
        caption=entry.caption,
        alt=f"{source}: {entry.caption.replace('`', '')}",
        uri=Markup(f"data:{shown.kind};base64,{base64.b64encode(shown.data).decode('ascii')}") if shown else None,  # noqa: S704 - a constant and base64
        width=shown.width if shown else 0,
        height=shown.height if shown else 0,
        missing="This picture is in a format that browsers do not show." if entry.data else "No picture was kept.",
        whole=next((path for path in (entry.original, entry.path) if path and is_inside(path)), ""),
        read=entry.read,
        beside=(visits or {}).get(entry.beside or ""),
    )


def _tally(checks: list[_ShownCheck]) -> list[tuple[_ShownCheck, int]]:
    """Return the first check of each look, and how many there are of it, the worst first."""
    looks = [check.look for check in checks]
    firsts = {look: checks[looks.index(look)] for look in looks}
    order = [Status.FAILED, Status.PARTIAL, Status.BLOCKED, Status.ERROR, Status.REVIEW, Status.SKIPPED, Status.PASSED]
    return [(firsts[status.value], looks.count(status.value)) for status in order if status.value in firsts]


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
    return page_environment(words).get_template("report.html.j2")


@cache
def _style() -> tuple[Markup, str]:
    """Read the style sheet, and make the policy that allows it."""
    css = style_sheet(("grader.report", "report.css"))
    return css, security_policy(css)
