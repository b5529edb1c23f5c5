"""How a page of a class names students, and where its links lead: each page has its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.classroom.overview.rows import Absent, Row


@dataclass(frozen=True)
class Shows:
    """What the templates of a class ask; an address that is empty leads nowhere.

    Parameters
    ----------
    student
        Where somebody is shown, or one check of theirs.
    check
        Where a check of everybody is shown, by the ids of activity and check.
    need
        Where what needs a person is done, by its kind; where nowhere, the rows show it.
    name, id
        The name to show, and what tells two of one name apart.
    key
        By what scripts know a row.
    """

    student: Callable[[Row | Absent, str | None], str]
    check: Callable[[str, str], str] = lambda _activity, _check: ""
    need: Callable[[str], str] = lambda _kind: ""
    name: Callable[[Row | Absent], str] = lambda each: each.student
    id: Callable[[Row | Absent], str] = lambda each: each.id
    key: Callable[[Row], str] = lambda _row: ""
