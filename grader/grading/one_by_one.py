"""Checks whose results are asked for one by one, as pytest does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.grading.attempt import Attempt
    from grader.grading.gradable import Gradable
    from grader.grading.grader import Grader
    from grader.rubric import Result


class OneByOne:
    """The checks of one submission, each run when its result is asked for; whoever made it closes it.

    As with `Grader.run`, all is tried once more where the machine was at fault; what has been told stays as it was.
    """

    def __init__(self, grader: Grader, gradable: Gradable) -> None:
        self._grader = grader
        self._gradable = gradable
        self._attempt: Attempt | None = None
        self._tried_again = False

    def result(self, check: str) -> Result:
        """Return how the check of this id ended; those that it needs are run before it."""
        if self._attempt is None:
            self._attempt = self._grader.begin(self._gradable)
            self._attempt.start_ahead()
        result = self._attempt.result(check)
        if not self._tried_again and self._grader.may_do_better(self._attempt):
            self._tried_again = True
            self._attempt = self._grader.begin_again(self._attempt)
            self._attempt.start_ahead()
            result = self._attempt.result(check)
        return result

    def close(self) -> None:
        """End what was started for it."""
        if self._attempt is not None:
            self._attempt.close()
            self._attempt = None
