"""From what was handed in to what can be graded: open, recognise, settle."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from grader.activities import recognise
from grader.grading.choosing import choose_app
from grader.model.faults import Code, InputError
from grader.submission import Opened, open_submission
from grader.submission.own_reports import note_on

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from grader.course import CourseSettings
    from grader.rubric import Activity
    from grader.submission import Submission


_log = logging.getLogger(__name__)


class Openable(Protocol):
    """A hand-in, wherever it lies: a path that somebody names (`OnDisk`), or a student's part of a class's export."""

    @property
    def name(self) -> str:
        """What its report is called."""

    @property
    def source(self) -> str:
        """Where it lies, for messages."""

    @property
    def student(self) -> str | None:
        """Whose it is; None where that is not known."""

    @property
    def submitted(self) -> datetime | None:
        """When it was handed in; None where that is not known, and then nothing is taken off for being late."""

    def open(self) -> Opened:
        """Read it into memory.

        Raises `InputError`: there is nothing that could be graded; its code says why.
        """


@dataclass(frozen=True)
class OnDisk:
    """A hand-in that somebody names by its path: a folder, an ``app.py``, a zip, or a Word document by itself.

    `named` is the path as they wrote it, for messages; the path itself if None.
    """

    path: Path
    student: str | None = None
    submitted: datetime | None = None
    named: str | None = None

    @property
    def name(self) -> str:
        """What its report is called where it cannot be opened."""
        return self.path.name or "submission"

    @property
    def source(self) -> str:
        """The path as it was named."""
        return self.named or str(self.path)

    def open(self) -> Opened:
        """Read it into memory; see `Openable`."""
        return Opened(open_submission(self.path, student=self.student, shown_as=self.source))


@dataclass(frozen=True)
class Gradable:
    """A hand-in in memory, and what it is asked: all that grading it depends on, but for the machine.

    Parameters
    ----------
    activity
        As the course asks it, with those checks alone that apply to what was handed in.
    notes
        What a reader of the report should know, one sentence each.
    submitted
        When it was handed in; None where that is not known.
    recognised
        Whether the activity was worked out, and not named by whoever asked.
    """

    submission: Submission
    activity: Activity
    notes: tuple[str, ...] = ()
    submitted: datetime | None = None
    recognised: bool = False


def open_gradable(
    hand_in: Openable, activity: Activity | None, course: CourseSettings, *, ask: bool, notes: tuple[str, ...] = ()
) -> Gradable:
    """Open a hand-in, find out which activity it answers, and settle what the course asks of it.

    `activity` is what it is to answer; worked out from its files if None. `ask` says whether somebody is there who can
    say which of several apps is meant: then that is refused.  Else a person has to look at it afterwards. `notes` is
    more of what a reader of its report should know.  Raises `InputError`: it cannot be opened, or nothing says which
    activity it answers (`Code.UNRECOGNISED`).
    """
    opened = hand_in.open()
    submission = opened.submission
    several = submission.no_app if submission.no_app and submission.no_app.code is Code.SEVERAL_APPS else None
    try:
        chosen = activity or recognise(submission.files, hand_in.source)
    except InputError as error:
        if ask and several is not None:
            raise several from error
        raise
    _log.info("%r: %d files, app %r, %s", hand_in.source, len(submission.files), submission.app, chosen.id)
    notes = (*opened.notes, *notes)
    settled = settle(submission, chosen, course, notes=notes, submitted=hand_in.submitted, recognised=activity is None)
    if ask and several is not None and settled.submission.no_app is several:
        raise several
    return settled


def settle(
    submission: Submission,
    activity: Activity,
    course: CourseSettings,
    *,
    notes: tuple[str, ...] = (),
    submitted: datetime | None = None,
    recognised: bool = False,
) -> Gradable:
    """Return a submission with what the course asks of it; of a Word document by itself, what is about documents."""
    asked = course.apply(activity)
    submission, named = choose_app(submission, activity, course.starter)
    notes = (*notes, *named, *note_on(submission.reports))
    if not submission.app and submission.no_app is None:
        asked = asked.about("document")
    return Gradable(submission, asked, notes, submitted, recognised)
