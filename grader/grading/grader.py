"""Grading submissions one after the other, each tried once more where the machine was at fault."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from grader.grading.attempt import GradingAttempt
from grader.grading.gradable import open_gradable, settle
from grader.grading.refused import report_of_refused
from grader.grading.resources import Resources
from grader.model.faults import CannotBeRead, InputError

if TYPE_CHECKING:
    from datetime import datetime

    from grader.browser import Browser
    from grader.grading.gradable import Gradable, Openable
    from grader.grading.grading_settings import Settings
    from grader.rubric import Activity, Report, Result, Watcher
    from grader.sandbox.starting import AppStarter
    from grader.submission import Submission


_log = logging.getLogger(__name__)


class Grader:
    """Grades hand-ins, one after the other: the one way from a hand-in to its report, for every door.

    It keeps a browser from one to the next, and ends everything when it is closed.

    Parameters
    ----------
    settings
        How to grade; the same for all submissions.
    browser, apps
        What has been launched already, and who starts the apps; they are closed with the grader.

    Examples
    --------
    >>> with Grader(Settings(isolation="sandbox")) as grader:
    ...     gradable = grader.open(OnDisk(Path("my-work")), activity_named("11.2"))
    ...     report = grader.run(gradable)
    """

    def __init__(self, settings: Settings, *, browser: Browser | None = None, apps: AppStarter | None = None) -> None:
        self.settings = settings
        self._resources = Resources(settings, browser=browser, apps=apps)

    def open(self, hand_in: Openable, activity: Activity | None = None) -> Gradable:
        """Open a hand-in for somebody who is there and can be asked; see `open_gradable`.

        `activity` is what it is to answer; worked out from its files if None.  Raises `InputError`: it cannot be
        opened, or it is not clear which activity or which of its apps is meant.
        """
        return open_gradable(hand_in, activity, self.settings.course, ask=True)

    def run(self, gradable: Gradable, *, watcher: Watcher | None = None) -> Report:
        """Run all checks on what was opened, and return the report.

        Where the browser or the app's jail is ended on the way by neither side, everything is tried once more; and
        where the app got a signal or the browser did not start, since somebody outside may have ended them.

        `watcher` hears of each check as it begins and ends.
        """
        return self.finish(self.begin(gradable), watcher=watcher)

    def run_or_refuse(self, hand_in: Openable, activity: Activity) -> Report:
        """Open a hand-in and grade it, where nobody can be asked: what cannot be opened gets a report that says why."""
        course, skip = self.settings.course, self.settings.skip
        try:
            gradable = open_gradable(hand_in, activity, course, ask=False)
        except CannotBeRead as error:  # the machine's fault, and not that of who handed it in
            return report_of_refused(hand_in, activity, course, ours=error.message, skip=skip)
        except InputError as error:
            return report_of_refused(hand_in, activity, course, fault=error, skip=skip)
        return self.run(gradable)

    def grade(
        self,
        submission: Submission,
        activity: Activity,
        *,
        watcher: Watcher | None = None,
        notes: tuple[str, ...] = (),
        submitted: datetime | None = None,
    ) -> Report:
        """Grade what is in memory already; the parameters are those of `Gradable`."""
        course = self.settings.course
        return self.run(settle(submission, activity, course, notes=notes, submitted=submitted), watcher=watcher)

    def begin(self, gradable: Gradable) -> GradingAttempt:
        """Begin to grade: for `finish`, or for whoever wants to look at the app himself and then closes it."""
        return GradingAttempt(self._resources, gradable)

    def finish(self, attempt: GradingAttempt, *, watcher: Watcher | None = None) -> Report:
        """Run all checks of an attempt that `begin` returned; see `run`."""
        report = attempt.run(watcher)
        if self.may_do_better(attempt):
            _log.info("%r: something was lost, all is tried once more", attempt.gradable.submission.name)
            report = self.begin_again(attempt).run(watcher)
        return self.settings.course.finish(report, attempt.gradable.submitted)

    def may_do_better(self, attempt: GradingAttempt) -> bool:
        """Whether something was taken from an attempt, or the browser did not start: then another may do better."""
        return self._resources.browser_has_failed_anew() or attempt.lost

    def begin_again(self, attempt: GradingAttempt) -> GradingAttempt:
        """Close an attempt and begin another, with nothing that the first one could have lost as well."""
        attempt.close()
        self._resources.renew()
        return GradingAttempt(self._resources, attempt.gradable, attempt.allowance)

    def close(self) -> None:
        """End everything that was started."""
        self._resources.close()

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class OneByOne:
    """The checks of one submission, each run when its result is asked for; whoever made it closes it.

    As with `Grader.run`, all is tried once more where the machine was at fault; what has been told stays as it was.
    """

    def __init__(self, grader: Grader, gradable: Gradable) -> None:
        self._grader = grader
        self._gradable = gradable
        self._attempt: GradingAttempt | None = None
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
