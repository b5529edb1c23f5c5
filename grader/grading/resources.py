"""What outlives a submission: a browser, and whatever starts apps quickly."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from grader.browser import BrowserCrashed
from grader.model.faults import MachineFault
from grader.sandbox.starting import AppStarter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.browser import Browser, FoundBrowser, Visitor
    from grader.grading.grading_settings import Settings
    from grader.machine.allowance import Allowance
    from grader.sandbox.process import AppProcess


class Resources:
    """A browser and a starter of apps, kept from one submission to the next; whoever makes them closes them.

    Parameters
    ----------
    browser, apps
        What has been launched already, and who starts the apps; they are closed with the rest.
    """

    def __init__(self, settings: Settings, *, browser: Browser | None = None, apps: AppStarter | None = None) -> None:
        self.settings = settings
        self._browser = browser
        self._worth_trying: Sequence[FoundBrowser] = ()  # the one that ran last, and those after it
        self._failure_is_known = False
        self.apps = apps or AppStarter(settings.isolation, settings.limits, many=settings.keep_warm)
        self.apps.permit(settings.course.packages)

    def open_browser(self, app: AppProcess, allowance: Allowance) -> Visitor:
        """Return a fresh browser profile for an app; it is made in the background.

        `allowance` is the time that the submission has in all.  Raises `MachineFault`: there is no browser on this
        machine.
        """
        if self._browser is not None and self._browser.has_failed and not self._browser.hangs:
            self.end_browser()
        if self._browser is None:
            from grader.browser import Browser, find_all

            self._browser = Browser.launch(*(self._worth_trying or find_all()))
        settings = self.settings
        return self._browser.open(
            app.origin,
            screenshots=settings.screenshots,
            seconds=settings.limits.visit,
            allowance=allowance,
            ask_the_app=app.has_died,
        )

    @property
    def browser_version(self) -> str | None:
        """Which browser has been used; None where there was none, or where it did not start."""
        with suppress(BrowserCrashed, MachineFault):
            return self._browser.version if self._browser is not None else None
        return None

    def browser_has_failed_anew(self) -> bool:
        """Whether the browser has failed, and another one may do better.

        Somebody may have killed it as it started; where the next one does not start either, none does on this machine.
        """
        browser = self._browser
        first_time = browser is not None and browser.has_failed and not browser.hangs and not self._failure_is_known
        self._failure_is_known |= first_time
        return first_time

    def end_browser(self) -> None:
        """End the browser, if there is one; the next visit launches another."""
        if self._browser is not None:
            if self._browser.has_started:  # so browsers do start here, and the next failure is news
                self._failure_is_known = False
            self._browser.close()
            self._worth_trying = self._browser.worth_trying
            self._browser = None

    def renew(self) -> None:
        """End browser and apps that have been made ready: what took one of them away may have hit the others."""
        self.end_browser()
        self.apps.renew()

    def close(self) -> None:
        """End everything that was started."""
        try:
            self.apps.close()
        finally:
            self.end_browser()
