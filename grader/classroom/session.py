"""A class: all that a command or a page can ask of it.  Begin reading here.

`ClassSession` is what `grader batch`, `grader review` and the page call, and nothing else of this folder.  Each of its
parts tells one story, in a file of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.classroom.class_choosing import Attempt, Choice, ClassChoosing
from grader.classroom.class_deciding import Change, Changes, ClassDeciding, Verdict
from grader.classroom.class_folder import ASKED, AtWork, Changed, State
from grader.classroom.class_grading import Summary
from grader.classroom.class_looking import ClassLooking, Student, Unopened
from grader.classroom.folder_lock import is_taken
from grader.classroom.journal import Adjustment, Decision
from grader.classroom.publishing import Published, is_published, publish_class, publish_one, published_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from grader.platforms.gradebooks import Undecided

__all__ = [
    "Adjustment",
    "AtWork",
    "Attempt",
    "Change",
    "Changed",
    "Changes",
    "Choice",
    "ClassSession",
    "Decision",
    "Published",
    "State",
    "Student",
    "Summary",
    "Unopened",
    "Verdict",
]


class ClassSession(ClassChoosing, ClassDeciding, ClassLooking):
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

    def publish(self, submission: str | None = None, *, undecided: Undecided | None = None) -> Published:
        """Write reports, overview and gradebooks again, as far as they have changed.

        While somebody is grading the class, the students' reports are left to them.

        Parameters
        ----------
        submission
            The name of the only one whose reports are written; everything if None.
        undecided
            What gradebooks get, from now on, for who has points that are still to be decided.

        Raises
        ------
        InputError
            Nobody is graded yet, or something cannot be written.

        """
        class_ = self._graded()
        if undecided is not None and undecided != self.undecided:
            self._journal.remember(ASKED, {**(self._journal.recall(ASKED) or {}), "undecided": undecided})
        postponed = is_taken(self.out, "grading")
        if submission is None:
            return publish_class(
                self._journal, self.out, self._standings, undecided=self.undecided, postponed=postponed
            )
        one = class_[self.submission(submission)]
        files = () if postponed else (publish_one(one, self.out),)
        return Published((one.report,), files, (), postponed=postponed)

    def catch_up(self) -> Published | None:
        """Write everything where something was graded or decided that is in no file yet: somebody was killed.

        Returns
        -------
        Published or None
            None where nothing was to be done.

        """
        if not self._standings.all() or is_taken(self.out, "grading"):
            return None
        if is_published(self._journal, self.undecided) and "index.html" in self.downloads():
            return None
        return self.publish()

    def downloads(self) -> Mapping[str, Path]:
        """Return by name the files that were written for the class: the overview first, then the gradebooks."""
        return published_files(self._journal, self.out)

    def __enter__(self) -> ClassSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
