"""What the page of one check shows: who does the same, together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.outcome import Status
from grader.report.plain import clip

if TYPE_CHECKING:
    from grader.classroom.class_scoring import Wording
    from grader.classroom.review.items import ReviewItem
    from grader.classroom.session import ClassSession
    from grader.web.names import Names

_LONGEST = 400
_WRONG = (Status.FAILED, Status.PARTIAL)


@dataclass(frozen=True)
class Observed:
    """Students of whom the same was observed."""

    status: Status
    words: str
    message: str
    items: tuple[ReviewItem, ...]
    wording: Wording | None = None


def observed(session: ClassSession, check: str, activity: str, names: Names) -> list[Observed]:
    """Return the groups, the largest first; who waits before who does not."""
    found: dict[tuple[Status, str], list[ReviewItem]] = {}
    for item in session.items_of_check(check):
        if item.result.counts and activity in {"", item.activity}:
            result = item.result
            found.setdefault((result.status, result.observed or result.message), []).append(item)
    groups = [
        Observed(
            status,
            clip(items[0].result.observed or "", _LONGEST),
            items[0].result.message,
            tuple(sorted(items, key=lambda item: names.key(item.name))),  # not by name: see the order of questions
            session.wording_of(items[0]) if status in _WRONG else None,
        )
        for (status, _), items in found.items()
    ]
    return sorted(groups, key=lambda group: (not group.items[0].waits, -len(group.items)))
