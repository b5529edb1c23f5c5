"""A class: all that a command or a page can ask of it.  Begin reading here.

`ClassSession` is what `grader batch`, `grader review` and the page call, and nothing else of this folder.  Each of its
parts tells one story, in a file of its own.
"""

from __future__ import annotations

from grader.classroom.class_choosing import Attempt, Choice
from grader.classroom.class_deciding import ClassDeciding
from grader.classroom.class_folder import AtWork, State
from grader.classroom.class_gradebook import ClassGradebook
from grader.classroom.class_grading import Summary
from grader.classroom.class_publishing import Published
from grader.classroom.class_scoring import ClassScoring, Rescoring, ScoreChange, Wording
from grader.classroom.records import Adjustment, Decision
from grader.classroom.review.verdicts import Change, Changes, Verdict
from grader.classroom.roster import Student

__all__ = [
    "Adjustment",
    "AtWork",
    "Attempt",
    "Change",
    "Changes",
    "Choice",
    "ClassSession",
    "Decision",
    "Published",
    "Rescoring",
    "ScoreChange",
    "State",
    "Student",
    "Summary",
    "Verdict",
    "Wording",
]


class ClassSession(ClassScoring, ClassGradebook, ClassDeciding):
    """A class in its output folder: graded, looked at, decided and published, by several threads at once.

    Other processes may have the same folder open: what one decides the others see; only one of them grades.
    Use `create` or `open`.

    Attributes
    ----------
    out
        The output folder.
    notes
        What the export was taken for, and what in it is nobody's; one sentence each.
    put_aside
        Where a journal is now that could not be used; None where there was none.

    Examples
    --------
    >>> with ClassSession.create([Path("submissions.zip")], Path("graded"), ClassRequest(activity="11.2")) as session:
    ...     summary = session.grade(Unwatched(), threading.Event())
    ...     changes = session.decide([Verdict.on(item, Status.PASSED) for item in session.waiting()])
    ...     published = session.publish()
    """

    def __enter__(self) -> ClassSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
