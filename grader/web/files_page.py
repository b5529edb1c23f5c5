"""What the page of files shows: whose grade differs from what is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.report import json_report
from grader.report.writing import FORMATS

if TYPE_CHECKING:
    from grader.classroom.session import ClassSession

_SCORE = "score"


@dataclass(frozen=True)
class Differs:
    """A student whose grade is another one than what is written.

    Parameters
    ----------
    before
        What is written, by ``earned`` and ``pending``; None where nothing is.
    """

    name: str
    before: dict[str, float] | None
    now: dict[str, float]


def differing(session: ClassSession) -> list[Differs]:
    """Return whose grade differs from the report that lies in the folder."""
    found = []
    for one in session.standings():
        now = json_report.to_dict(one.report)[_SCORE]
        before = _written(session, one.hand_in.name)
        if before != now:
            found.append(Differs(one.hand_in.name, before, now))
    return found


def _written(session: ClassSession, name: str) -> dict[str, float] | None:
    try:
        report: Any = json.loads((session.report_folder(name) / FORMATS["json"].file).read_bytes())
    except (OSError, ValueError):
        return None
    score = report.get(_SCORE) if isinstance(report, dict) else None
    return score if isinstance(score, dict) else None
