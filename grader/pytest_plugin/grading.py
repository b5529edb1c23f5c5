"""One grading run that all check items share, and what authors' own tests look at."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.model.faults import InputError, MachineFault
from grader.pytest_plugin.keeping_out import is_inside
from grader.submission.place import own_folder

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.grading import Grader, Job
    from grader.rubric import Activity, Check, Result
    from grader.submission import Submission


class Grading:
    """What ``--grade`` asks for; nothing is started before a result is asked for.

    Raises
    ------
    pytest.UsageError
        The submission or the activity cannot be used, or tests that were handed in are to be run.

    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.path = Path(config.getoption("grade")).absolute()
        self.own = own_folder(self.path)
        self.notes: tuple[str, ...] = ()
        self._job: Job | None = None
        self._stay_out_of_the_submission()
        try:
            self._open()
        except (InputError, MachineFault) as error:
            raise pytest.UsageError("\n".join(filter(None, (error.message, error.hint)))) from error

    def _stay_out_of_the_submission(self) -> None:
        config = self._config
        if config.args_source is not pytest.Config.ArgsSource.ARGS:
            config.args = []  # no tests were named: what lies around here is not meant
        for place in config.args:
            if self.own is not None and is_inside(Path(place.partition("::")[0]), self.own):
                raise pytest.UsageError(f"{place} is part of what was handed in; tests in it are never run.")

    def _open(self) -> None:
        from grader.course import course_settings
        from grader.grading import Settings
        from grader.sandbox import choose_isolation
        from grader.submission import open_submission

        option = self._config.getoption
        self.submission: Submission = open_submission(self.path)
        self.activity = self._find_activity()
        self.settings = Settings(
            isolation=choose_isolation(option("grade_isolation"), fall_back=True),
            skip=frozenset(option("grade_skip")),
            keep_warm=True,
            course=course_settings(option("grade_config"), self.path, self.activity),
        )
        if self.activity is not None:
            self.activity = self.settings.course.apply(self.activity)
            self.notes += tuple(self.settings.course.notes(self.activity.id))

    def _find_activity(self) -> Activity | None:
        """Return the activity; None where the author's own tests are run and no activity is named beside them."""
        from grader.activities import activity_named, recognise

        name = self._config.getoption("activity")
        if name:
            return activity_named(name)
        if self._config.args_source is pytest.Config.ArgsSource.ARGS:
            return None
        found = recognise(self.submission.files, self.submission.source)
        self.notes = (f"Recognised as {found.id}; --activity names another one.",)
        return found

    @property
    def checks(self) -> list[Check]:
        """The checks to collect."""
        return self.activity.checks if self.activity is not None else []

    def only(self, ids: Collection[str]) -> None:
        """Look at these checks, and at what they need, and start nothing for others."""
        if self.activity is None:
            return
        by_id = {check.id: check for check in self.activity.checks}
        wanted = set(ids)
        while more := {need for id_ in wanted for need in by_id[id_].needs} - wanted:
            wanted |= more
        kept = [check for check in self.activity.checks if check.id in wanted]
        self.activity = self.activity.adapted(kept, version=self.activity.version)

    @functools.cached_property
    def grader(self) -> Grader:
        """What grades; it keeps a browser."""
        from grader.grading import Grader

        return Grader(self.settings)

    def begin(self) -> Job:
        """Return a fresh start of the app, with a browser profile of its own; whoever asks closes it."""
        from grader.rubric import Activity

        return self.grader.begin(self.submission, self.activity or Activity("none", title=""))

    def result(self, check: str) -> Result:
        """Return how a check ended; where browser or app are taken away on the way, everything is tried once more."""
        if self._job is None:
            self._job = self._started()
        result = self._job.result(check)
        if self._job.lost and not self._tried_again:
            self._tried_again = True
            self.close()
            self._job = self._started()
            result = self._job.result(check)
        return result

    _tried_again = False

    def _started(self) -> Job:
        job = self.begin()
        job.start_ahead()
        return job

    def close(self) -> None:
        """End everything that was started."""
        if self._job is not None:
            self._job.close()
            self._job = None
        if "grader" in vars(self):
            self.grader.close()
            del self.grader
