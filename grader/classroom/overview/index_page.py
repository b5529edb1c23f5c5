"""``index.html``: what of a class needs a person, everybody's checks, what hand-ins have in common, the numbers."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.classroom.overview.in_common import MOST, in_common
from grader.classroom.overview.matrix import matrices
from grader.classroom.overview.needs import needs
from grader.classroom.overview.rows import OverviewRow, Shows
from grader.machine.whole_files import replacing, said_plainly
from grader.report import wording
from grader.report.page_environment import page_environment, security_policy, style_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from jinja2 import Template

    from grader.classroom.overview.rows import Absent, ClassOverview
    from grader.model.report import Report

FILE = "index.html"


def write_overview(class_: ClassOverview, folder: Path) -> Path:
    """Write ``index.html`` into the folder that the rows' links are relative to.

    Returns
    -------
    Path
        Of the page.

    Raises `InputError`: it cannot be written; the page that was there before is still there.
    """
    page = to_html(class_).encode("utf-8")
    place = folder / FILE
    room = "Make room, or name a folder that you may write to."
    with said_plainly(f"The overview was not written: {place}", hint=room), replacing(place) as file:
        file.write(page)
    return place


def to_html(class_: ClassOverview) -> str:
    """Make the page."""
    style, script, policy = _inline()
    return _template().render(
        style=style,
        script=script,
        policy=policy,
        class_=class_,
        shows=Shows(student=_report, need=lambda kind: "#common" if kind == "alike" else ""),
        needs=needs(class_),
        activities=matrices(class_.rows, OverviewRow.link),
        common=in_common(class_),
        most=MOST,
        facts=_facts([row.report for row in class_.rows]),
    )


def _report(each: OverviewRow | Absent, check: str | None) -> str:
    return each.link(check) if isinstance(each, OverviewRow) else ""


def _facts(reports: Sequence[Report]) -> dict[str, Any]:
    """Gather what all were graded with, and when."""
    environments = [report.environment for report in reports]
    moments = sorted(report.started for report in reports)
    return {
        "when": list(dict.fromkeys(moments[:1] + moments[-1:])),
        "grader": _different(report.grader for report in reports),
        "python": _different(environment.python for environment in environments),
        "browser": _different(environment.browser or "no browser" for environment in environments),
        "isolation": _different(environment.isolation for environment in environments),
    }


def _different(words: Iterable[str]) -> str:
    return " and ".join(dict.fromkeys(words)) or "none"


@cache
def _template() -> Template:
    words = {
        "count": wording.count,
        "here": wording.moment,
        "status_words": {status.value: words for status, words in wording.STATUS.items()},
    }
    return page_environment(words, __package__).get_template("index.html.j2")


@cache
def _inline() -> tuple[Markup, Markup, str]:
    """Read styles and script, and make the policy that allows these two."""
    style = style_sheet(*((__package__, name) for name in ("class.css", "index.css")))
    script = (files(__package__) / "templates/matrix.js").read_text("utf-8")
    return style, Markup(script), security_policy(style, script)  # noqa: S704 - our own files
