"""Choosing: which of several apps, and which attempt, is a student's; remembered, and graded at once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.classroom.class_folder import CHOSEN_APPS
from grader.classroom.class_grading import ClassGrading
from grader.classroom.dispatcher import Unwatched
from grader.classroom.errors import ClassError
from grader.classroom.records import CHOSEN
from grader.classroom.roster import Student
from grader.model.faults import Code

if TYPE_CHECKING:
    from datetime import datetime

    from grader.classroom.class_grading import Summary
    from grader.classroom.dispatcher import Progress
    from grader.classroom.review.standing import Standing


@dataclass(frozen=True)
class Attempt:
    """One of a student's attempts.

    `label` is what tells it from the others, as the platform writes it.
    """

    label: str
    submitted: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Choice:
    """What of a student's there is to choose from.

    Parameters
    ----------
    apps
        The paths of the files that may be the app; none where it is clear.
    app
        The one that was graded; None where the grader could not choose, and a person has to.
    attempts
        The latest first; none where there is only one.
    attempt
        The label of the one that was graded.
    is_needed
        Whether nothing is decided until somebody has chosen.
    """

    who: Student
    apps: tuple[str, ...]
    app: str | None
    attempts: tuple[Attempt, ...]
    attempt: str
    is_needed: bool


class ClassChoosing(ClassGrading):
    """The part of a class where a person says what counts."""

    def choices(self) -> list[Choice]:
        """Return of whom there is anything to choose from; first those who wait for it, then in the export's order."""
        found = [choice for one in self.standings() if (choice := self._choice(one)) is not None]
        return sorted(found, key=lambda choice: not choice.is_needed)

    def choose(
        self,
        student: str,
        *,
        app: str | None = None,
        attempt: str | None = None,
        progress: Progress | None = None,
        stop: threading.Event | None = None,
    ) -> Summary:
        """Let an app or an attempt count, and grade the student again at once; what is not named stays as it was.

        `student`: see `submission`. `app` is one of `Choice.apps`. `attempt` is the label of one of `Choice.attempts`.
        Raises `InputError`: there is no such student, app or attempt, somebody else is grading in this folder, or the
        export is gone.
        """
        self.refuse_no_candidate(student, app=app, attempt=attempt)
        name = self.submission(student)
        self._refuse_another_grader()
        kept = self._journal.recall(CHOSEN_APPS) or {}
        before = kept.get(name)
        after = {**(before or {}), **{key: value for key, value in (("app", app), ("attempt", attempt)) if value}}
        if attempt is not None and app is None:
            after.pop("app", None)
        with self._journal.transaction():
            self._journal.remember(CHOSEN_APPS, {**kept, name: after})
            self._journal.happened(name, CHOSEN, before, after)
        return self.grade(progress or Unwatched(), stop or threading.Event(), only={name})

    def refuse_no_candidate(self, student: str, *, app: str | None, attempt: str | None) -> None:
        """See to it that the app and the attempt are there to be chosen; see `choose`.

        Raises `InputError`: there is no such student, app or attempt, or the attempt cannot be opened.
        """
        choice, name = self._choice(self.standing(student)), self.submission(student)
        apps = list(choice.apps) if choice else []
        labels = [each.label for each in choice.attempts] if choice else []
        if attempt in labels and choice is not None and attempt != choice.attempt and app is not None:
            apps = list(self.handed_in(name, attempt).files)  # another attempt has other apps
        for wanted, there in ((attempt, labels), (app, apps)):
            if wanted is not None and wanted not in there:
                said = f"{name} has handed in no {wanted}."
                raise ClassError(Code.NO_CANDIDATE, said, name=name, wanted=wanted, all=there)

    def _choice(self, standing: Standing) -> Choice | None:
        hand_in = standing.hand_in
        if not standing.apps and not hand_in.others:
            return None
        one = [hand_in, *hand_in.others] if hand_in.others else []
        attempts = sorted((Attempt(each.attempt, each.submitted, each.late) for each in one), key=_latest_first)
        return Choice(
            Student.of(hand_in),
            tuple(standing.apps),
            standing.entry.extra["apps"]["graded"] or None if standing.apps else None,
            tuple(attempts),
            hand_in.attempt,
            standing.needs_a_choice,
        )


def _latest_first(attempt: Attempt) -> tuple[float, bool, str]:
    """Sort by when it was handed in; where that is not known, what is late comes first."""
    return -(attempt.submitted.timestamp() if attempt.submitted else 0.0), not attempt.late, attempt.label
