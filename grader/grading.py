"""Grading one submission, or one after the other with everything kept warm."""

from __future__ import annotations

import functools
import platform
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, cast

from grader import __version__
from grader.browser import Browser, BrowserCrashed, find
from grader.course import CourseSettings
from grader.model.faults import MachineFault, StudentFault
from grader.rubric import Environment, Fixtures, Handed, Report, Running, run_checks
from grader.rubric.activity import LOOKS_AT
from grader.sandbox import AppLost, RunLimits, Starter
from grader.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from grader.browser import Visitor
    from grader.document import Document, Screenshots
    from grader.rubric import Activity, Result, Watcher
    from grader.sandbox import AppProcess
    from grader.sandbox.isolation import Isolation
    from grader.submission import Submission


@dataclass(frozen=True)
class Settings:
    """How to grade.

    Parameters
    ----------
    isolation
        ``sandbox`` or ``process``, as `grader.sandbox.choose_isolation` returns it.
    skip
        The groups of checks to leave out: ``browser``, ``document``.
    screenshots
        Whether to take a picture after each step in the browser, for reports.
    pictures
        Whether reports show the pictures of the Word document.
    keep_warm
        Whether there will be more submissions: then what each needs is made ready before its turn.
    course
        What the course has set; it is applied to every activity and report.

    """

    isolation: Isolation
    skip: frozenset[str] = frozenset()
    screenshots: bool = False
    pictures: bool = False
    keep_warm: bool = False
    limits: RunLimits = field(default_factory=RunLimits)
    course: CourseSettings = field(default_factory=CourseSettings)


class Grader:
    """Grades submissions, one after the other; keeps a browser, and ends everything when it is closed.

    Parameters
    ----------
    settings
        How to grade; the same for all submissions.
    browser, apps
        What has been launched already, and who starts the apps; they are closed with the grader.

    Examples
    --------
    >>> with Grader(Settings(isolation="sandbox")) as grader:
    ...     report = grader.grade(open_submission(Path("my-work")), activity_named("11.2"))

    """

    def __init__(self, settings: Settings, *, browser: Browser | None = None, apps: Starter | None = None) -> None:
        self.settings = settings
        self._browser = browser
        self._browser_failed = False
        self._apps = apps or Starter(settings.isolation, settings.limits, many=settings.keep_warm)

    def grade(
        self,
        submission: Submission,
        activity: Activity,
        *,
        watcher: Watcher | None = None,
        notes: tuple[str, ...] = (),
        submitted: datetime | None = None,
    ) -> Report:
        """Run an activity's checks on a submission.

        Where the browser or the app's jail is ended on the way by neither side, everything is tried once more; and
        where the app got a signal or the browser did not start, since somebody outside may have ended them.

        Parameters
        ----------
        watcher
            Hears of each check as it begins and ends.
        notes
            Sentences to put into the report.
        submitted
            When it was handed in, where that is known: the course may take something off for late hand-ins.

        """
        return self.finish(self.begin(submission, activity), watcher=watcher, notes=notes, submitted=submitted)

    def finish(
        self,
        job: Job,
        *,
        watcher: Watcher | None = None,
        notes: tuple[str, ...] = (),
        submitted: datetime | None = None,
    ) -> Report:
        """Run all checks of a job that `begin` returned; see `grade`."""
        report = job.run(watcher, notes)
        if self._may_do_better(job):
            self._end_browser()
            report = job.anew().run(watcher, notes)
        return self.settings.course.finish(report, submitted)

    def _may_do_better(self, job: Job) -> bool:
        """Whether something was taken from a job; a browser that does not start has been killed, or does so again."""
        if job.lost:
            return True
        first_time = self._browser is not None and self._browser.has_failed and not self._browser_failed
        self._browser_failed |= first_time
        return first_time

    def begin(self, submission: Submission, activity: Activity) -> Job:
        """Begin to grade a submission: for `finish`, or for single checks, run when their results are asked for."""
        return Job(self, submission, self.settings.course.apply(activity))

    def start_app(self, submission: Submission) -> AppProcess:
        """Return a process for a submission, the one that was made ready where it fits."""
        return self._apps.start(submission)

    def end_app(self, app: AppProcess) -> None:
        """End a submission's process."""
        self._apps.end(app)

    def open_browser(self, app: AppProcess) -> Visitor:
        """Return a fresh browser profile for an app; it is made in the background.

        Raises
        ------
        MachineFault
            There is no browser on this machine.

        """
        if self._browser is not None and self._browser.has_failed:
            self._end_browser()
        if self._browser is None:
            self._browser = Browser.launch(find())
        return self._browser.open(app.origin, screenshots=self.settings.screenshots)

    @property
    def browser_version(self) -> str | None:
        """Which browser has been used; None where there was none, or where it did not start."""
        with suppress(BrowserCrashed, MachineFault):
            return self._browser.version if self._browser is not None else None
        return None

    def _end_browser(self) -> None:
        if self._browser is not None:
            self._browser.close()
            self._browser = None

    def close(self) -> None:
        """End everything that was started."""
        try:
            self._apps.close()
        finally:
            self._end_browser()

    def __enter__(self) -> Grader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Job:
    """One submission on its way through the house; whoever does not `run` it closes it."""

    def __init__(self, grader: Grader, submission: Submission, activity: Activity) -> None:
        self._grader = grader
        self._submission = submission
        self._activity = activity if submission.app or submission.no_app else activity.about("document")
        self._open: list[Callable[[], None]] = []
        self._app_was_killed = False
        self._fixtures = Fixtures(
            {
                "submission": lambda: submission,
                "site": lambda: self._site,
                "browser": self._at_the_app,
                "document": lambda: self._document,
                "running": self._site_if_it_runs,
                "screenshots": lambda: self._screenshots,
            }
        )

    def get(self, name: str) -> object:
        """Return what checks look at: ``site``, ``browser``, ``document`` or ``submission``.

        Raises
        ------
        StudentFault
            The app does not come up, or the document cannot be read.
        MachineFault
            What it needs is not on this machine.

        """
        return self._fixtures.get(name)

    def result(self, check: str) -> Result:
        """Return how the check of this id ended; it is run now, after those that it needs, unless it has been."""
        return self._one_by_one.result(check)

    @functools.cached_property
    def _one_by_one(self) -> Running:
        return Running(self._activity, self._fixtures, skip=self._grader.settings.skip)

    def close(self) -> None:
        """End what was started for it."""
        with ExitStack() as ending:  # whichever of them fails
            for end in self._open:
                ending.callback(end)
            self._open.clear()

    def anew(self) -> Job:
        """Return the same job with nothing done."""
        return Job(self._grader, self._submission, self._activity)

    @property
    def document(self) -> Document | None:
        """The Word document, where a check has opened it."""
        return vars(self).get("_document")

    @property
    def lost(self) -> bool:
        """Whether a check ended because the browser or the app was taken away from it, or may have been."""
        accidents = self._fixtures.accidents
        is_open = bool(self._open) and "_app" in vars(self)
        if is_open and self._app.was_killed:
            return True
        return self._app_was_killed or any(isinstance(one, BrowserCrashed | AppLost) for one in accidents)

    @functools.cached_property
    def _app(self) -> AppProcess:
        app = self._grader.start_app(self._submission)
        self._open.append(lambda: self._end(app))
        return app

    def _end(self, app: AppProcess) -> None:
        self._app_was_killed = app.was_killed
        self._grader.end_app(app)

    @functools.cached_property
    def _site(self) -> Site:
        if self._submission.no_app:
            raise StudentFault(self._submission.no_app)
        return Site(self._submission, self._app)

    @functools.cached_property
    def _visitor(self) -> Visitor:
        visitor = self._grader.open_browser(self._app)
        self._open.append(visitor.close)
        return visitor

    def _at_the_app(self) -> Visitor:
        """Return the browser, once there is an app to visit: it may have been opened before."""
        self._fixtures.get("site")
        return self._visitor

    @functools.cached_property
    def _document(self) -> Document:
        from grader.document import open_document

        return open_document(self._submission.files, self._activity.pictures)

    def _site_if_it_runs(self) -> Site | None:
        """Return the app for a check that can do without."""
        if not self._submission.app:
            return None
        try:
            return cast("Site", self._fixtures.get("site"))
        except (StudentFault, MachineFault):
            return None

    @functools.cached_property
    def _screenshots(self) -> Screenshots:
        from grader.document import Screenshots

        settings = self._grader.settings
        document = None
        if "document" not in settings.skip:
            with suppress(StudentFault):
                document = cast("Document", self._fixtures.get("document"))
        return Screenshots(document, self._activity.pictures, keep=settings.pictures)

    def start_ahead(self) -> None:
        """Begin what takes long; where the machine lacks it, the checks that need it say so."""
        if not self._submission.app:
            return
        counted = [check for check in self._activity.checks if not check.left_out]
        wanted = {name for check in counted for name in check.looks_at} - self._grader.settings.skip
        for name, begin in (("site", lambda: self._app), ("browser", lambda: self._visitor)):
            if name in wanted:
                with suppress(Exception):  # the check that needs it meets it again, and says so
                    begin()

    def run(self, watcher: Watcher | None, notes: tuple[str, ...]) -> Report:
        """Grade, and end what was started for it."""
        started, clock = datetime.now(timezone.utc), time.perf_counter()
        settings = self._grader.settings
        try:
            self.start_ahead()
            results = run_checks(self._activity, self._fixtures, skip=settings.skip, watcher=watcher)
        finally:
            self.close()
        submission = self._submission
        return Report(
            grader=__version__,
            activity=self._activity.id,
            title=self._activity.title,
            submission=Handed(submission.name, submission.student, submission.source, tuple(submission.files)),
            results=results,
            environment=Environment(
                isolation=settings.isolation,
                browser=self._grader.browser_version if "_visitor" in vars(self) else None,
                ocr=self._screenshots.recogniser if "_screenshots" in vars(self) else None,
                python=platform.python_version(),
            ),
            started=started,
            seconds=round(time.perf_counter() - clock, 3),
            notes=notes,
        )


def report_without_running(
    name: str,
    student: str | None,
    source: str,
    activity: Activity,
    *,
    fault: str | None = None,
    ours: str | None = None,
    notes: tuple[str, ...] = (),
) -> Report:
    """Make the report of a submission that was not run.

    Parameters
    ----------
    fault
        What is wrong with what was handed in: ``loads`` fails with it.
    ours
        What went wrong on our side: ``loads`` is an ``error``, and nothing is decided.

    """

    def refuse() -> object:
        raise StudentFault(fault) if fault is not None else RuntimeError(ours)

    started = datetime.now(timezone.utc)
    results = run_checks(activity, Fixtures(dict.fromkeys(LOOKS_AT, refuse)))
    return Report(
        grader=__version__,
        activity=activity.id,
        title=activity.title,
        submission=Handed(name, student, source),
        results=results,
        environment=Environment("none", None, None, platform.python_version()),
        started=started,
        seconds=0.0,
        notes=notes,
    )
