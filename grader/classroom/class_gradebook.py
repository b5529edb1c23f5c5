"""The platform's gradebook, given to a class that is graded already: who has handed nothing in, and where grades go."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.classroom.class_folder import ASKED
from grader.classroom.class_grading import ClassGrading
from grader.classroom.records import ABOUT_ALL
from grader.model.faults import InputError
from grader.platforms.writing_grades import open_gradebook

if TYPE_CHECKING:
    from grader.classroom.class_publishing import Published


class ClassGradebook(ClassGrading):
    """The part of a class that the platform's gradebook belongs to."""

    @property
    def gradebook(self) -> Path | None:
        """The gradebook that is filled; None where none was given."""
        kept = self._roster().gradebook
        return Path(kept) if kept else None

    def take_gradebook(self, path: Path, column: str | None = None) -> Published:
        """Let a gradebook be filled from now on, and write everything again; what was filled before is replaced.

        `path` is where it stays, as the platform has exported it. `column` is the assignment's column; needed where it
        is not the only one that fits.  Raises `InputError`: it is no gradebook, has no such column or nobody of this
        class in it; nobody is graded yet, or somebody is grading. Then everything is as it was.
        """
        self._refuse_another_grader()
        gradebook, roster = open_gradebook(path), self._roster()
        answered = Counter(one.report.activity for one in self._graded().values())
        fits = gradebook.column_for(answered.most_common(1)[0][0], column, alone=len(answered) == 1)
        absent = tuple(gradebook.handed_nothing_in(roster.hand_ins, fits))
        if gradebook.has_nobody_of(roster.hand_ins):
            said = f"Nobody of this class is in {path.name}: it seems to be another course's gradebook."
            raise InputError(said, hint="Export the gradebook of this course.")
        hand_ins = tuple(gradebook.with_names(roster.hand_ins))
        with self._journal.transaction():
            replace(roster, hand_ins=hand_ins, gradebook=str(path.resolve()), column=column, absent=absent).keep(
                self._journal
            )
            if kept := self._journal.recall(ASKED):
                self._journal.remember(ASKED, {**kept, "gradebook": str(path.resolve()), "column": column})
            self._journal.happened("", ABOUT_ALL, None, None)
        self._to_grade = None  # what was read before knows no names of this gradebook's
        return self.publish()
