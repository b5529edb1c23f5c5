"""What the overview of a class is made from: who handed in, who did not, and how a page names and links them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from grader.classroom.likeness.fingerprints import from_dict
from grader.classroom.likeness.pairs import Compared, Pair, pairs
from grader.classroom.roster import Student
from grader.model.report import NOT_RUN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.classroom.review.standing import Standing
    from grader.classroom.roster import Roster
    from grader.model.report import Report

_LATE = "Handed in late."


class Absent(NamedTuple):
    """Somebody who is in the gradebook and has handed nothing in."""

    student: str
    id: str = ""


@dataclass(frozen=True)
class OverviewRow:
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
    def name(self) -> str:
        """The submission's, which no two have alike."""
        return self.report.submission.name

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

    `everyone` is how many have handed in, graded or not; as many as there are rows if None. `pairs` says which two have
    something in common; their names are the submissions'.
    """

    rows: tuple[OverviewRow, ...]
    everyone: int | None = None
    absent: tuple[Absent, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @classmethod
    def of(cls, standings: Sequence[Standing], roster: Roster) -> ClassOverview:
        """Gather it from how everyone stands."""
        absent = (Absent(person.name or "", next(iter(person.ids.values()), "")) for person in roster.absent)
        alike = pairs([_compared(one) for one in standings])
        return cls(tuple(map(_row, standings)), len(roster.hand_ins), tuple(absent), tuple(alike))

    @property
    def left(self) -> int:
        """How many are not graded yet."""
        return 0 if self.everyone is None else max(self.everyone - len(self.rows), 0)


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

    student: Callable[[OverviewRow | Absent, str | None], str]
    check: Callable[[str, str], str] = lambda _activity, _check: ""
    need: Callable[[str], str] = lambda _kind: ""
    name: Callable[[OverviewRow | Absent], str] = lambda each: each.student
    id: Callable[[OverviewRow | Absent], str] = lambda each: each.id
    key: Callable[[OverviewRow], str] = lambda _row: ""


def _row(standing: Standing) -> OverviewRow:
    hand_in, who, adjustment = standing.hand_in, Student.of(standing.hand_in), standing.adjustment
    said_by_how_much = adjustment is not None and adjustment.days_late is not None
    return OverviewRow(
        report=standing.report,
        href=f"reports/{hand_in.name}/report.html",
        student=who.student,
        id=who.id,
        notes=(*([_LATE] if hand_in.late else []), *hand_in.notes, *hand_in.left_out),
        apps=tuple(standing.apps) if standing.needs_a_choice else (),
        lapsed=tuple(standing.earlier),
        late_without_time=hand_in.late and hand_in.submitted is None and not said_by_how_much,
    )


def _compared(standing: Standing) -> Compared:
    """Return what of a hand-in is compared with the others'."""
    hand_in, print_ = standing.hand_in, standing.entry.extra["fingerprint"]
    called = (called for person in hand_in.people for called in (person.name, *person.ids.values()) if called)
    return Compared(hand_in.name, tuple(called), from_dict(print_) if print_ else None)


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
