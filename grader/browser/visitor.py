"""One submission's visit to its own app: what a person at the browser does and sees."""

from __future__ import annotations

import functools
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from grader.browser.shown_page import Page
from grader.machine.clock import Deadline
from grader.model.faults import StudentFault

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    from grader.browser.tab import Tab
    from grader.machine.allowance import Allowance
    from grader.model.outcome import Evidence, StoredCookie

_T = TypeVar("_T")

_OTHER_SECONDS = 10.0
_RESCUE_SECONDS = 20.0
_LOOKING_SECONDS = 40.0
_PATIENCE_SECONDS = 2.0
_LOOK_SECONDS = 0.1
_READ_AFTERWARDS_SECONDS = 0.5
_BUSY = "pages that keep themselves busy"


class Asks(Protocol):
    """Who has something done in a tab, on the browser's own thread: `grader.browser.launching.Browser`."""

    def wait_until_open(self, tab: Future[Tab]) -> Tab:
        """Wait until a tab is there."""
        ...

    def ask(self, work: Coroutine[Any, Any, _T], seconds: float) -> _T:
        """Have something done and wait for the answer."""
        ...

    def throw_away(self, tab: Future[Tab]) -> None:
        """Close a tab and its profile in the background."""
        ...


class Visitor:
    """A fresh browser profile that can reach one app and nothing else.  Made by :meth:`Browser.open`.

    No method raises for what a page does, except that its time is used up: then any raises
    :class:`~grader.model.faults.StudentFault`.  Any may raise :class:`BrowserCrashed`, and the first one
    :class:`~grader.model.faults.MachineFault` where the browser could not be started.  A visit that was not answered
    raises what the app says of itself: that it was taken away.
    """

    def __init__(
        self,
        browser: Asks,
        tab: Future[Tab],
        *,
        screenshots: bool,
        seconds: float,
        allowance: Allowance,
        ask_the_app: Callable[..., object],
    ) -> None:
        self._browser = browser
        self._tab = tab
        self._screenshots = screenshots
        self._seconds = seconds
        self._allowance = allowance
        self._ask_the_app = ask_the_app
        self._evidence: list[Evidence] = []
        self._path = "/"
        self._closed = False

    def visit(self, path: str, *, until: Callable[[Page], bool] | None = None) -> Page:
        """Type the app's address with this path into the address bar.

        Parameters
        ----------
        until
            What to wait for, since it may be a script or a moving text that shows it; not long, and in vain if need be.
        """
        page = self._go(path, lambda tab, *seconds: tab.visit(path, *seconds))
        if until is not None and page.problem is None:
            page = self._look_until(until, page)
        self._record(f"After visiting {path}")
        return page

    def _look_until(self, until: Callable[[Page], bool], page: Page) -> Page:
        page = self._ask(functools.partial(_look, page, is_first=True), _LOOKING_SECONDS)
        deadline, pause = Deadline(_PATIENCE_SECONDS), _LOOK_SECONDS
        while not until(page) and not deadline.expired:
            time.sleep(min(pause, deadline.remaining))
            pause *= 2  # a look takes three pictures and more
            page = self._ask(functools.partial(_look, page, is_first=False), _LOOKING_SECONDS)
        return page

    def reload(self) -> Page:
        """Press the reload button; :meth:`visit` comes first."""
        page = self._go(self._path, lambda tab, *seconds: tab.reload(*seconds))
        self._record(f"After reloading {page.path}")
        return page

    def _go(self, path: str, navigate: Callable[[Tab, float, float], Coroutine[Any, Any, Page]]) -> Page:
        """Wait for a page, not as long as the last time where it has kept us waiting, or the script of any page has."""
        self._path = path
        self._require_time()
        patience = self._allowance.patience(path, self._seconds)
        to_be_read = self._allowance.patience(_BUSY, self._seconds)
        if not patience.seconds:
            return Page(path, "", problem=f"was not tried: {patience.because}", in_time=False)
        seconds = (patience.seconds, to_be_read.seconds)
        page = self._ask(lambda tab: navigate(tab, *seconds), 2 * patience.seconds + _RESCUE_SECONDS)
        if page.broken_off or not page.in_time:
            self._ask_the_app(wait=page.broken_off)  # who hangs is there, or has been taken away long since
        if page.in_time:
            return page
        what, given = (_BUSY, to_be_read) if page.keeps_busy else (path, patience)
        self._allowance.note_hang(what, replace(given, seconds=given.seconds + _READ_AFTERWARDS_SECONDS))
        return replace(page, problem=f"{page.problem}{given.remark}")

    def cookies(self) -> list[StoredCookie]:
        """Look at all the cookies that the browser keeps for the app."""
        return self._ask(lambda tab: tab.cookies())

    def cookie(self, name: str) -> StoredCookie | None:
        """Look for one cookie; of several with this name, the one with the longest path."""
        named = [cookie for cookie in self.cookies() if cookie.name == name]
        return max(named, key=lambda cookie: len(cookie.path), default=None)

    def delete_cookie(self, name: str) -> None:
        """Delete one cookie and leave the others, as a user does in the browser's settings."""
        self._ask(lambda tab: tab.delete_cookie(name))
        self._record(f"After deleting the cookie {name}")

    def put_back(self, name: str) -> bool:
        """Undo :meth:`delete_cookie`, instead of going again to the page that sets it.

        Returns
        -------
        bool
            Whether the cookie is there just as it was; False where none was deleted, or the browser takes it no more.
        """
        if not self._ask(lambda tab: tab.put_back(name)):
            return False
        self._record(f"After putting the cookie {name} back")
        return True

    def forget(self) -> None:
        """Clear cookies, storage and the page, for the next check."""
        self._ask(lambda tab: tab.forget())

    def take_evidence(self) -> list[Evidence]:
        """Hand over what has been recorded since the last time; its paths are the caller's to give."""
        taken, self._evidence = self._evidence, []
        return taken

    def close(self) -> None:
        """Throw the profile away; does not wait for it."""
        if not self._closed:
            self._closed = True
            self._browser.throw_away(self._tab)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, what: Callable[[Tab], Coroutine[Any, Any, _T]], seconds: float = _OTHER_SECONDS) -> _T:
        tab = self._browser.wait_until_open(self._tab)
        self._require_time()
        tab.waits.deadline = Deadline(self._allowance.remaining)
        tab.waits.is_proven = self._allowance.is_proven(self._path)
        with self._allowance.waiting(seconds):
            return self._browser.ask(what(tab), seconds)

    def _require_time(self) -> None:
        if not self._allowance.remaining:
            raise StudentFault(self._allowance.used_up)

    def _record(self, caption: str) -> None:
        if self._screenshots:
            from grader.model.outcome import Evidence

            picture, cookies = self._ask(lambda tab: tab.picture())
            self._evidence.append(Evidence("screenshot", caption, path="", data=picture, cookies=tuple(cookies)))


async def _look(page: Page, tab: Tab, *, is_first: bool) -> Page:
    return await tab.look(page, is_first=is_first)
