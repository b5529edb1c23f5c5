"""Publishing: reports, overview and gradebooks written again, as far as anything has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.classroom.class_folder import ASKED, ClassFolder
from grader.classroom.folder_lock import is_taken
from grader.classroom.publishing import Published, is_published, publish_class, publish_one, published_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.platforms.gradebooks import Undecided


class ClassPublishing(ClassFolder):
    """The part of a class that everybody is shown."""

    def publish(
        self, submission: str | None = None, *, undecided: Undecided | None = None, later: bool = False
    ) -> Published:
        """Write reports, overview and gradebooks again, as far as they have changed.

        While somebody is grading the class, the students' reports are left to them.

        Parameters
        ----------
        submission
            The name of the only one whose reports are written; everything if None.
        undecided
            What gradebooks get, from now on, for who has points that are still to be decided.
        later
            Whether students' reports are left to `catch_up`, where many have changed at once; those that are out of
            date are taken away.

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
                self._journal, self.out, self._standings, undecided=self.undecided, postponed=postponed, later=later
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
