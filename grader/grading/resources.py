"""What outlives a submission: a browser, and whatever starts apps quickly."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from grader.browser import Browser, BrowserCrashed, find
from grader.model.faults import MachineFault
from grader.sandbox import Starter

if TYPE_CHECKING:
    from grader.browser import Visitor
    from grader.grading.settings import Settings
    from grader.sandbox import AppProcess
    from grader.submission import Submission


class Resources:
    """A browser and a starter of apps, kept from one submission to the next; whoever makes them closes them.

    Parameters
    ----------
    browser, apps
        What has been launched already, and who starts the apps; they are closed with the rest.

    """

    def __init__(self, settings: Settings, *, browser: Browser | None = None, apps: Starter | None = None) -> None:
        self.settings = settings
        self._browser = browser
        self._failure_is_known = False
        self._apps = apps or Starter(settings.isolation, settings.limits, many=settings.keep_warm)

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
            self.end_browser()
        if self._browser is None:
            self._browser = Browser.launch(find())
        return self._browser.open(app.origin, screenshots=self.settings.screenshots)

    @property
    def browser_version(self) -> str | None:
        """Which browser has been used; None where there was none, or where it did not start."""
        with suppress(BrowserCrashed, MachineFault):
            return self._browser.version if self._browser is not None else None
        return None

    def browser_has_failed_anew(self) -> bool:
        """Whether the browser has failed to start, and that is heard of for the first time.

        Somebody may have killed it; one that fails again does not start on this machine.
        """
        first_time = self._browser is not None and self._browser.has_failed and not self._failure_is_known
        self._failure_is_known |= first_time
        return first_time

    def end_browser(self) -> None:
        """End the browser, if there is one; the next visit launches another."""
        if self._browser is not None:
            self._browser.close()
            self._browser = None

    def close(self) -> None:
        """End everything that was started."""
        try:
            self._apps.close()
        finally:
            self.end_browser()
