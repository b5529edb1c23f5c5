"""One attempt at grading a submission: its app, its browser and its document, opened when a check looks at them."""

from __future__ import annotations

import functools
import platform
import time
from contextlib import ExitStack, suppress
from datetime import datetime, timezone
from typing import TYPE_CHECKING, cast

from grader import __version__
from grader.browser import BrowserCrashed
from grader.grading.choosing import documents_of
from grader.machine.allowance import Allowance
from grader.model.faults import Code, MachineFault, StudentFault
from grader.rubric import ChecksRun, Environment, Fixtures, Handed, Report, Review, run_checks
from grader.sandbox.process import AppLost
from grader.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.browser import Visitor
    from grader.document import Document, Screenshots
    from grader.grading.gradable import Gradable
    from grader.grading.resources import Resources
    from grader.rubric import Result, Watcher
    from grader.sandbox.process import AppProcess


class GradingAttempt:
    """One attempt at a submission; whoever does not `run` it closes it.

    Attributes
    ----------
    gradable
        The submission, and what it is asked.
    allowance
        The time that it has in all, of which another attempt gets what this one has left.
    """

    def __init__(self, resources: Resources, gradable: Gradable, allowance: Allowance | None = None) -> None:
        self.gradable = gradable
        self.allowance = allowance or Allowance(resources.settings.limits.total)
        self._resources = resources
        self._submission = submission = gradable.submission
        self._activity = gradable.activity
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

        Raises `StudentFault`: the app does not come up, or the document cannot be read.  Raises `MachineFault`: what it
        needs is not on this machine.
        """
        return self._fixtures.get(name)

    def result(self, check: str) -> Result:
        """Return how the check of this id ended; it is run now, after those that it needs, unless it has been."""
        return self._one_by_one.result(check)

    @functools.cached_property
    def _one_by_one(self) -> ChecksRun:
        return ChecksRun(self._activity, self._fixtures, skip=self._resources.settings.skip)

    def close(self) -> None:
        """End what was started for it."""
        with ExitStack() as ending:  # whichever of them fails
            for end in self._open:
                ending.callback(end)
            self._open.clear()

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
        app = self._resources.apps.start(self._submission)
        self._open.append(lambda: self._end(app))
        return app

    def _end(self, app: AppProcess) -> None:
        self._app_was_killed = app.was_killed
        self._resources.apps.end(app)

    @functools.cached_property
    def _site(self) -> Site:
        missing = self._submission.no_app
        if missing is not None:
            several = missing.code is Code.SEVERAL_APPS
            fault = Review if several else StudentFault
            raise fault(missing.message, hint=missing.hint, reason=missing.code.value if several else "")
        return Site(self._submission, self._app, self.allowance)

    @functools.cached_property
    def _visitor(self) -> Visitor:
        visitor = self._resources.open_browser(self._app, self.allowance)
        self._open.append(visitor.close)
        return visitor

    def _at_the_app(self) -> Visitor:
        """Return the browser, once there is an app to visit: it may have been opened before."""
        self._fixtures.get("site")
        return self._visitor

    @functools.cached_property
    def _document(self) -> Document:
        from grader.document import open_document

        submission = self._submission
        files = documents_of(submission.app, submission.apps, submission.files)
        return open_document(files, self._activity.pictures, self._resources.settings.course.starter)

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

        settings = self._resources.settings
        document = None
        if "document" not in settings.skip:
            with suppress(StudentFault):
                document = cast("Document", self._fixtures.get("document"))
        return Screenshots(document, self._activity.pictures, keep=settings.pictures)

    def _notes_on_the_app(self) -> Iterator[str]:
        """Yield what a reader should know of how the app was run."""
        if "_app" not in vars(self):
            return
        file = self._submission.app
        for one in self._app.stood_in:
            if one.is_unused:
                yield f"{file} imports {one.module}, which is not there; nothing uses it, so it was left out."
            else:
                yield f"{file} imports {one.module}, which is not there on this system; it was left out."

    def _notes_on_the_document(self) -> tuple[str, ...]:
        """Return how the pictures were counted, where their labels say something else."""
        return self._screenshots.notes if "_screenshots" in vars(self) else ()

    def start_ahead(self) -> None:
        """Begin what takes long; where the machine lacks it, the checks that need it say so."""
        if not self._submission.app:
            return
        counted = [check for check in self._activity.checks if not check.left_out]
        wanted = {name for check in counted for name in check.looks_at} - self._resources.settings.skip
        for name, begin in (("site", lambda: self._app), ("browser", lambda: self._visitor)):
            if name in wanted:
                with suppress(Exception):  # the check that needs it meets it again, and says so
                    begin()

    def run(self, watcher: Watcher | None = None) -> Report:
        """Grade, and end what was started for it."""
        started, clock = datetime.now(timezone.utc), time.perf_counter()
        settings = self._resources.settings
        try:
            self.start_ahead()
            results = run_checks(
                self._activity, self._fixtures, skip=settings.skip, watcher=watcher, suppose=settings.suppose
            )
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
                browser=self._resources.browser_version if "_visitor" in vars(self) else None,
                ocr=self._screenshots.recogniser if "_screenshots" in vars(self) else None,
                python=platform.python_version(),
            ),
            started=started,
            seconds=round(time.perf_counter() - clock, 3),
            notes=(*self.gradable.notes, *self._notes_on_the_app(), *self._notes_on_the_document()),
        )
