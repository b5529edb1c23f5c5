"""A class in its output folder, as far as everybody sees it: who hands in, how far it is, how everyone stands."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from grader.classroom.errors import ClassError
from grader.classroom.folder_lock import is_taken
from grader.classroom.overview.rows import ClassOverview
from grader.classroom.review.naming import check_called, submission_called
from grader.classroom.review.review_items import item_of, items_of
from grader.classroom.review.standing import Standings
from grader.classroom.roster import Roster
from grader.classroom.workers.worker import report_folder
from grader.model.faults import Code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.classroom.journal import Journal
    from grader.classroom.records import Event
    from grader.classroom.review.review_items import ReviewItem
    from grader.classroom.review.standing import Standing
    from grader.platforms.exports.handin import Person
    from grader.platforms.gradebooks import Undecided

DRAFTS = "drafts"
ASKED, EXPORT, AT_WORK, CHOSEN_APPS = "asked", "export", "at work", "chosen"
"""Under which the journal keeps how the class is to be graded, from where, who is grading it, and what was chosen."""


@dataclass(frozen=True)
class AtWork:
    """Who is grading a class now.

    `since` is when they began, with time zone. `process` is the number of their process. `here` says whether it is this
    session.
    """

    since: datetime
    process: int
    here: bool


@dataclass(frozen=True)
class State:
    """How far a class is.

    Parameters
    ----------
    everyone, graded
        Numbers of hand-ins.
    at_work
        Who is grading now; None where nobody is.
    version
        Grows with each change, whoever makes it.
    """

    everyone: int
    graded: int
    at_work: AtWork | None
    version: int = 0

    @property
    def stopped(self) -> bool:
        """Whether it was left before its end."""
        return self.at_work is None and self.graded < self.everyone


class ClassFolder:
    """What all parts of a `grader.classroom.session.ClassSession` stand on."""

    def __init__(self, out: Path, journal: Journal, *, notes: tuple[str, ...] = ()) -> None:
        self.out = out
        self.notes = notes
        self.put_aside = journal.put_aside
        self._journal = journal
        self._standings = Standings(journal)
        self._grading = threading.Lock()

    def state(self) -> State:
        """Return how far the class is."""
        hand_ins = self._roster().hand_ins
        graded = self._journal.keys().keys() & {hand_in.name for hand_in in hand_ins}
        return State(len(hand_ins), len(graded), self.at_work(), self._journal.version())

    def at_work(self) -> AtWork | None:
        """Return who is grading the class now; None where nobody is."""
        if not is_taken(self.out, "grading"):
            return None
        known = self._journal.recall(AT_WORK)
        if known is None:  # they have only just begun
            known = {"since": datetime.now(timezone.utc).isoformat(), "process": 0}
        return AtWork(datetime.fromisoformat(known["since"]), known["process"], self._grading.locked())

    def version(self) -> int:
        """Return a number that grows with each change, whoever makes it."""
        return self._journal.version()

    def history(self, student: str) -> list[Event]:
        """Return what was graded, decided, adjusted and chosen of a student, the oldest first; see `submission`."""
        return self._journal.events(self.submission(student))

    def standings(self) -> list[Standing]:
        """Return how everyone stands who is graded, in the order of the export."""
        return list(self._standings.all().values())

    def standing(self, student: str) -> Standing:
        """Return how one student stands; see `submission`."""
        return self._graded()[self.submission(student)]

    def overview(self) -> ClassOverview:
        """Return what a class is shown by: everyone who is graded, who is missing, and what two have in common."""
        return ClassOverview.of(self.standings(), self._roster())

    def handed_nothing_in(self) -> tuple[Person, ...]:
        """Return who is in the gradebook and has handed nothing in; nobody where no gradebook was given."""
        return Roster.of(self._journal).absent

    @property
    def undecided(self) -> Undecided:
        """What gradebooks get for who has points that are still to be decided."""
        kept: Undecided = (self._journal.recall(ASKED) or {"undecided": "blank"})["undecided"]
        return kept

    def item(self, student: str, check: str) -> ReviewItem:
        """Return a student's check, whether it waits or not.

        `student`: see `submission`.  Raises `ClassError`: there is no such student or check, or more than one student,
        or the check does not count.
        """
        return item_called(student, check, self._graded())

    def items(self, submission: str) -> Mapping[str, ReviewItem]:
        """Return one submission's checks by their ids, whether they wait or not."""
        return items_of(self._graded()[submission])

    def items_of_check(self, check: str) -> list[ReviewItem]:
        """Return one check of everybody whose report has it, whether it waits or not."""
        has = (one for one in self.standings() if any(result.id == check for result in one.report.results))
        return [item_of(one, check) for one in has]

    def report_folder(self, submission: str) -> Path:
        """Return the folder of one submission's reports and pictures."""
        return report_folder(self.out, submission)

    def submission(self, student: str) -> str:
        """Return the name of a student's submission.

        Parameters
        ----------
        student
            That name, or the student's as the platform writes it; without regard to case.

        Raises `ClassError`: there is none, or more than one.
        """
        return submission_called(student, self._graded())

    def check(self, id_: str) -> str:
        """Return the id of a check that somebody's report has, without regard to case.

        Raises `ClassError`: Nobody's has it.
        """
        return check_called(id_, [result.id for one in self._graded().values() for result in one.report.results])

    def close(self) -> None:
        """Leave the folder to others; what was recorded is kept."""
        self._journal.close()

    def _roster(self) -> Roster:
        return Roster.of(self._journal)

    def _graded(self) -> dict[str, Standing]:
        class_ = self._standings.all()
        if not class_:
            raise ClassError(Code.NOT_GRADED, f"Nobody in {self.out} has been graded yet.", out=self.out)
        return class_

    def _refuse_another_grader(self) -> None:
        if (other := self.at_work()) is not None:
            raise ClassError(Code.AT_WORK, f"Another grader is at work in {self.out}.", out=self.out, at_work=other)


def item_called(student: str, check: str, class_: Mapping[str, Standing]) -> ReviewItem:
    """Return a check of a class; see `ClassFolder.item`."""
    standing = class_[submission_called(student, class_)]
    name = standing.hand_in.name
    item = item_of(standing, check_called(check, standing.found, f"check of {name}"))
    if not item.result.counts:
        said = f"{item.result.id} of {name} does not count. {item.result.message}".rstrip()
        raise ClassError(Code.DOES_NOT_COUNT, said, name=name, check=item.result.id)
    return item
