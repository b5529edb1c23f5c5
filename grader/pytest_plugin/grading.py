"""One grading run that all check items share, and what authors' own tests look at."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.grading.what_to_do import what_to_do
from grader.machine.shell import command
from grader.model.faults import InputError, MachineFault
from grader.pytest_plugin.keeping_out import is_inside
from grader.rubric import Activity
from grader.submission.folder_on_disk import own_folder

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.grading import Grader, GradingAttempt, OneByOne
    from grader.rubric import Check, Result
    from grader.submission import Submission

_OWN_TESTS_ONLY = Activity("none", title="")


class Grading:
    """What ``--grade`` asks for; nothing is started before a result is asked for.

    Raises `pytest.UsageError`: the submission or the activity cannot be used, or tests that were handed in are to be
    run.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.path = Path(config.getoption("grade_path")).absolute()
        self.own = own_folder(self.path)
        self.notes: tuple[str, ...] = ()
        self._stay_out_of_the_submission()
        try:
            self._open()
        except InputError as error:
            raise _usage_error(error.message, what_to_do(error, lambda path: f"--grade={command(path)}")) from error
        except MachineFault as fault:
            raise _usage_error(fault.message, fault.hint) from fault

    def _stay_out_of_the_submission(self) -> None:
        config = self._config
        if config.args_source is not pytest.Config.ArgsSource.ARGS:
            config.args = []  # no tests were named: what lies around here is not meant
        for place in config.args:
            if self.own is not None and is_inside(Path(place.partition("::")[0]), self.own):
                raise pytest.UsageError(f"{place} is part of what was handed in; tests in it are never run.")

    def _open(self) -> None:
        from grader.activities import activity_named
        from grader.grading import OnDisk, open_gradable, settings_for

        option = self._config.getoption
        asked = activity_named(option("grade_activity")) if option("grade_activity") else None
        self.settings = settings_for(
            self.path,
            activity=asked,
            config=option("grade_config"),
            isolation=option("grade_isolation"),
            skip=option("grade_skip"),
            keep_warm=True,
        )
        course = self.settings.course
        if asked is None and self._config.args_source is pytest.Config.ArgsSource.ARGS:
            asked = _OWN_TESTS_ONLY
        self._gradable = open_gradable(OnDisk(self.path, named=option("grade_path")), asked, course, ask=True)
        if self.activity is not None:
            if self._gradable.recognised:
                self.notes += (f"Recognised as {self.activity.id}; --grade-activity names another one.",)
            self.notes += tuple(course.notes(self.activity.id))

    @property
    def submission(self) -> Submission:
        """What is graded."""
        return self._gradable.submission

    @property
    def activity(self) -> Activity | None:
        """What it answers; None where authors' own tests are run and no activity is named beside them."""
        return None if self._gradable.activity.id == _OWN_TESTS_ONLY.id else self._gradable.activity

    @property
    def checks(self) -> list[Check]:
        """The checks to collect."""
        return self._gradable.activity.checks

    def only(self, ids: Collection[str]) -> None:
        """Look at these checks, and at what they need, and start nothing for others."""
        if self.activity is None:
            return
        by_id = {check.id: check for check in self.checks}
        wanted = set(ids)
        while more := {need for id_ in wanted for need in by_id[id_].needs} - wanted:
            wanted |= more
        kept = [check for check in self.checks if check.id in wanted]
        activity = self.activity.adapted(kept, version=self.activity.version)
        self._gradable = replace(self._gradable, activity=activity)

    @functools.cached_property
    def grader(self) -> Grader:
        """What grades; it keeps a browser."""
        from grader.grading import Grader

        return Grader(self.settings)

    def begin(self) -> GradingAttempt:
        """Return a fresh start of the app, with a browser profile of its own; whoever asks closes it."""
        return self.grader.begin(self._gradable)

    @functools.cached_property
    def _one_by_one(self) -> OneByOne:
        from grader.grading import OneByOne

        return OneByOne(self.grader, self._gradable)

    def result(self, check: str) -> Result:
        """Return how a check ended."""
        return self._one_by_one.result(check)

    def close(self) -> None:
        """End everything that was started."""
        for started in ("_one_by_one", "grader"):
            if started in vars(self):
                vars(self).pop(started).close()


def _usage_error(message: str, hint: str | None) -> pytest.UsageError:
    return pytest.UsageError("\n".join(filter(None, (message, hint))))
