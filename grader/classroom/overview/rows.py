"""What the overview of a class is made from: plain facts about who handed in, and who did not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from grader.model.report import NOT_RUN

if TYPE_CHECKING:
    from grader.classroom.likeness.pairs import Pair
    from grader.model.report import Report


@dataclass(frozen=True)
class Row:
    """One graded submission.

    Parameters
    ----------
    href
        The path of its ``report.html`` relative to the page, with forward slashes, as it is on disk: not quoted.
    student
        The name that is shown.
    id
        What the learning platform knows them by: two may have the same name.
    notes
        What else to know about the hand-in, for example that it was late; one sentence each.
    apps
        The files that may be the app, where somebody has to choose one.
    lapsed
        The checks about which something was decided that holds no more.
    late_without_time
        Whether it is late, and nobody has said by how much.

    """

    report: Report
    href: str
    student: str
    id: str = ""
    notes: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()
    late_without_time: bool = False

    @property
    def unopened(self) -> bool:
        """Whether nothing of it could be read."""
        return self.report.environment.isolation == NOT_RUN

    def link(self, check: str | None = None) -> str:
        """Return the address of the report, or of one check in it."""
        return _quoted(self.href) + (f"#check-{quote(check, safe='')}" if check else "")


@dataclass(frozen=True)
class ClassOverview:
    """A class, as far as it is graded.

    Parameters
    ----------
    everyone
        How many have handed in, graded or not; as many as there are rows if None.
    absent
        Name and platform's id of who is in the gradebook and has handed nothing in.
    pairs
        Which two have something in common; their names are the submissions'.

    """

    rows: tuple[Row, ...]
    everyone: int | None = None
    absent: tuple[tuple[str, str], ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def left(self) -> int:
        """How many are not graded yet."""
        return 0 if self.everyone is None else max(self.everyone - len(self.rows), 0)


@lru_cache(maxsize=4096)
def _quoted(path: str) -> str:
    """Return a link that can only lead to a file near the page, whatever students call theirs."""
    return f"./{quote(path.encode('utf-8', 'surrogateescape' if _is_from_disk(path) else 'backslashreplace'))}"


def _is_from_disk(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True
