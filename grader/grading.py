"""Grading one submission, or one after the other with everything kept warm."""

from __future__ import annotations

import functools
import platform
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from grader import __version__
from grader.browser import Browser, BrowserCrashed, find
from grader.faults import MachineFault, StudentFault
from grader.rubric import Environment, Fixtures, Handed, Report, run_checks
from grader.site import AppProcess, RunLimits, Site, fits, start_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from grader.browser import Visitor
    from grader.document import Document
    from grader.rubric import Activity, Watcher
    from grader.site.isolation import Isolation
    from grader.submission import Submission


_ROOM = 32 * 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """How to grade.

    Parameters
    ----------
    isolation
        ``sandbox`` or ``process``, as `grader.site.choose_isolation` returns it.
    skip
        The groups of checks to leave out: ``browser``, ``document``.
    screenshots
        Whether to take a picture after each step in the browser, for reports.
    keep_warm
        Whether there will be more submissions: then the next app's Python is started ahead.

    """

    isolation: Isolation
    skip: frozenset[str] = frozenset()
    screenshots: bool = False
    keep_warm: bool = False
    limits: RunLimits = field(default_factory=RunLimits)


class Grader:
    """Grades submissions, one after the other; keeps a browser, and ends everything when it is closed.

    Parameters
    ----------
    settings
        How to grade; the same for all submissions.
    browser
        One that has been launched already; it is closed with the grader.

    Examples
    --------
    >>> with Grader(Settings(isolation="sandbox")) as grader:
    ...     report = grader.grade(open_submission(Path("my-work")), activity_named("11.2"))

    """

    def __init__(self, settings: Settings, *, browser: Browser | None = None) -> None:
        self.settings = settings
        self._browser = browser
        self._next_app: AppProcess | None = None

    def grade(
        self,
        submission: Submission,
        activity: Activity,
        *,
        watcher: Watcher | None = None,
        notes: tuple[str, ...] = (),
    ) -> Report:
        """Run an activity's checks on a submission.

        Where the browser dies on the way, everything is tried once more with a new one.

        Parameters
        ----------
        watcher
            Hears of each check as it begins and ends.
        notes
            Sentences to put into the report.

        """
        job = _Job(self, submission, activity)
        report = job.run(watcher, notes)
        if job.browser_died:
            self._end_browser()
            report = _Job(self, submission, activity).run(watcher, notes)
        if self.settings.keep_warm and self._next_app is None:
            self._next_app = AppProcess(self.settings.isolation, self.settings.limits, room=_ROOM)
        return report

    def start_ahead(self, submission: Submission) -> None:
        """Begin to start the app of the submission that is graded next, before it is known what it is asked."""
        with suppress(MachineFault):
            self._next_app = self.start_app(submission)

    def start_app(self, submission: Submission) -> AppProcess:
        """Return a process for a submission, the one that was started ahead where it fits."""
        ready, self._next_app = self._next_app, None
        if ready is not None:
            if fits(ready, submission):
                return ready
            ready.close()
        return start_app(submission, self.settings.isolation, self.settings.limits)

    def open_browser(self, app: AppProcess) -> Visitor:
        """Return a fresh browser profile for an app; it is made in the background.

        Raises
        ------
        MachineFault
            There is no browser on this machine.

        """
        if self._browser is None:
            self._browser = Browser.launch(find())
        return self._browser.open(app.origin, screenshots=self.settings.screenshots)

    @property
    def browser_version(self) -> str | None:
        """Which browser has been used."""
        return self._browser.version if self._browser is not None else None

    def _end_browser(self) -> None:
        if self._browser is not None:
            self._browser.close()
            self._browser = None

    def close(self) -> None:
        """End everything that was started."""
        if self._next_app is not None:
            self._next_app.close()
        self._end_browser()

    def __enter__(self) -> Grader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Job:
    """One submission on its way through the house."""

    def __init__(self, grader: Grader, submission: Submission, activity: Activity) -> None:
        self._grader = grader
        self._submission = submission
        self._activity = activity
        self._open: list[Callable[[], None]] = []
        self._fixtures = Fixtures(
            {
                "submission": lambda: submission,
                "site": lambda: self._site,
                "browser": lambda: self._visitor,
                "document": lambda: self._document,
            }
        )

    @property
    def browser_died(self) -> bool:
        """Whether a check ended because the browser was gone."""
        return any(isinstance(accident, BrowserCrashed) for accident in self._fixtures.accidents)

    @functools.cached_property
    def _app(self) -> AppProcess:
        app = self._grader.start_app(self._submission)
        self._open.append(app.close)
        return app

    @functools.cached_property
    def _site(self) -> Site:
        return Site(self._submission, self._app)

    @functools.cached_property
    def _visitor(self) -> Visitor:
        visitor = self._grader.open_browser(self._app)
        self._open.append(visitor.close)
        return visitor

    @functools.cached_property
    def _document(self) -> Document:
        from grader.document import open_document

        return open_document(self._submission.files, self._activity.pictures)

    def _start_ahead(self) -> None:
        """Begin what takes long; where the machine lacks it, the checks that need it say so."""
        wanted = {name for check in self._activity.checks for name in check.looks_at} - self._grader.settings.skip
        for name, begin in (("site", lambda: self._app), ("browser", lambda: self._visitor)):
            if name in wanted:
                with suppress(MachineFault):
                    begin()

    def run(self, watcher: Watcher | None, notes: tuple[str, ...]) -> Report:
        """Grade, and end what was started for it."""
        started, clock = datetime.now(timezone.utc), time.perf_counter()
        settings = self._grader.settings
        try:
            self._start_ahead()
            results = run_checks(self._activity, self._fixtures, skip=settings.skip, watcher=watcher)
        finally:
            while self._open:
                self._open.pop()()
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
                ocr=None,
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
    results = run_checks(activity, Fixtures(dict.fromkeys(("submission", "site", "browser", "document"), refuse)))
    return Report(
        grader=__version__,
        activity=activity.id,
        title=activity.title,
        submission=Handed(name, student, source),
        results=results,
        environment=Environment("none", None, None, platform.python_version()),
        started=started,
        seconds=0.0,
    )
