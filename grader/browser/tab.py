"""A browser profile with one page in it; runs on the browser's own thread."""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

from grader.browser.closing import Closing
from grader.browser.cookie_store import CookieStore
from grader.browser.page_problems import BROKEN_OFF, NOT_RUNNING, problem_of
from grader.browser.page_reading import look_closely, read_at_once, read_once
from grader.browser.shown_page import Page
from grader.browser.waits import RestlessError, Waits, within
from grader.machine.clock import Deadline

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import BrowserContext, CDPSession, Request, Response
    from playwright.async_api import Page as PlaywrightPage

    from grader.model.outcome import StoredCookie

_RESCUE_SECONDS = 6.0
_PICTURE_SECONDS = 5.0
_LOOK_SECONDS = 20.0
_CLOSE_SECONDS = 10.0
_NEWS_SECONDS = 0.1
_GOING_ON_SECONDS = 2.0
_MOST_DOCUMENTS = 10
_LONGEST_BODY = 1_000_000
_REDIRECTS = range(300, 400)

_STOP: tuple[tuple[str, dict[str, bool]], ...] = (
    ("Emulation.setScriptExecutionDisabled", {"value": True}),
    ("Runtime.terminateExecution", {}),
    ("Page.stopLoading", {}),
)


class _InTheWayError(Exception):
    """The page that is being left keeps the next one from being shown."""


class Tab:
    """A profile of its own with one page in it."""

    def __init__(
        self,
        context: BrowserContext,
        origin: str,
        *,
        is_alive: Callable[[], bool],
        is_app_gone: Callable[[], bool],
    ) -> None:
        self.origin = origin
        self._context = context
        self._is_alive = is_alive
        self._is_app_gone = is_app_gone
        self._page: PlaywrightPage | None = None
        self._session: asyncio.Future[CDPSession] | None = None
        self._closing = Closing()
        self._path = "/"
        self._is_clean = True
        self._cookies = CookieStore(context)
        self._answer: Response | None = None
        self._documents = 0
        self._failed_url = ""
        self._has_crashed = False
        self.waits = Waits()
        self._gets_in_the_way = False
        self._may_go_on = False
        self._has_gone_on = asyncio.Event()

    async def ready_page(self) -> PlaywrightPage:
        """Give the page, or a new one where the last one was given up."""
        if self._page is None:
            page = await self._context.new_page()
            page.on("popup", self._closing.begin)
            page.on("crash", self._note_crash)
            page.on("response", self._note_answer)
            page.on("requestfailed", self._note_failure)
            # Attached before it goes anywhere, because nobody can attach to a page that hangs.
            self._session = asyncio.ensure_future(self._context.new_cdp_session(page))
            self._page = page
        return self._page

    async def visit(self, path: str, seconds: float, to_be_read: float) -> Page:
        """Go to a path of the app.

        Parameters
        ----------
        seconds, to_be_read
            How long all of it may take, and how long a page that is there may keep itself from being read.
        """
        self._path = path
        if self._documents > 1 or self._may_go_on or self._gets_in_the_way:
            self._give_up()  # what it asks for by itself would overtake this visit, and may set its cookies again
        if self._page is not None:
            page, _ = await self._page_and_session()
            with suppress(_InTheWayError):
                return await self._look(page, self._go(page), seconds, to_be_read)
            self._gets_in_the_way = True
            self._give_up()
        await self.waits.attempt("closing", self.waits.until(_RESCUE_SECONDS, "closing"), self._closing.until_gone())
        page, _ = await self._page_and_session()
        return await self._look(page, self._go(page), seconds, to_be_read, is_fresh=True)

    async def look(self, shown: Page, *, is_first: bool) -> Page:
        """Return what is to be seen by now of what was visited last."""
        if self._page is not None:
            with suppress(PlaywrightError):
                what = f"looking at {self._path}"
                deadline = self.waits.until(_LOOK_SECONDS, what)
                looking = look_closely(self._page, self.waits, deadline, self._draw, is_first=is_first)
                seen = await self.waits.attempt(what, deadline, looking)
                return replace(shown, text=seen[0], visible_text=seen[1]) if seen else shown
        return shown

    async def reload(self, seconds: float, to_be_read: float) -> Page:
        """Load again what was visited last; the parameters are those of `visit`."""
        is_still = self._documents == 1 and not self._may_go_on  # else as in `visit`
        if self._page is not None and is_still and not self._gets_in_the_way:
            with suppress(_InTheWayError):
                going = self._page.reload(wait_until="commit", timeout=0)
                return await self._look(self._page, going, seconds, to_be_read)
            self._gets_in_the_way = True
        return await self.visit(self._path, seconds, to_be_read)

    async def cookies(self) -> list[StoredCookie]:
        """List the cookies in the profile."""
        return await self._cookies.all()

    async def delete_cookie(self, name: str) -> None:
        """Delete the cookies of this name, and no other."""
        _, session = await self._page_and_session()
        await self._cookies.delete(session, self._visited, name)

    async def put_back(self, name: str) -> bool:
        """Put back the cookies of this name that were deleted; return whether they are there just as they were."""
        _, session = await self._page_and_session()
        return await self._cookies.put_back(session, self._visited, name)

    @property
    def _visited(self) -> tuple[str, str]:
        """The addresses that are asked for with the cookies that a user sees on the page of the last visit."""
        return self.origin + self._path, self.origin

    async def forget(self) -> None:
        """Leave the page and empty the profile."""
        if self._is_clean:
            return
        page, session = await self._page_and_session()
        # First the page: it could set its cookies again.
        try:
            await within(self.waits.until(_RESCUE_SECONDS), page.goto("about:blank", timeout=0))
        except asyncio.TimeoutError:
            self._give_up()
            _, session = await self._page_and_session()
        storage = {"origin": self.origin, "storageTypes": "all"}
        await asyncio.gather(self._cookies.clear(), session.send("Storage.clearDataForOrigin", storage))
        self._is_clean = True

    async def picture(self) -> tuple[bytes, list[StoredCookie]]:
        """Take a PNG of the window, empty where the page does not let itself be drawn, and look at the cookies."""
        return await asyncio.gather(self._draw(), self._cookies.all())

    async def close(self) -> None:
        """Close page and profile."""
        with suppress(PlaywrightError, asyncio.TimeoutError):
            await within(Deadline(_CLOSE_SECONDS), self._context.close())

    def _go(self, page: PlaywrightPage) -> Awaitable[Response | None]:
        return page.goto(self._address, wait_until="commit", timeout=0)

    @property
    def _address(self) -> str:
        """Where the visit goes; a browser takes blanks off the end of an address that is typed, but not ``%20``."""
        return self.origin + self._path.replace(" ", "%20")

    async def _look(
        self,
        page: PlaywrightPage,
        going: Awaitable[Response | None],
        seconds: float,
        to_be_read: float,
        *,
        is_fresh: bool = False,
    ) -> Page:
        """Wait for a navigation and say what there is to be seen, whatever becomes of it."""
        deadline = self.waits.until(seconds)
        self._is_clean = False
        self._answer, self._documents, self._failed_url, self._has_crashed = None, 0, "", False
        self._may_go_on = False
        self._has_gone_on.clear()
        text = ""
        problem, in_time, is_there = None, True, False
        left = page.url
        try:
            await self._arrive(going, deadline, is_fresh=is_fresh)
            is_there, deadline = True, self.waits.to_be_read(min(to_be_read, deadline.remaining))
            text = await self._read(page, deadline)
            has_come_back = page.url == left != self._address
            if not is_fresh and (has_come_back or self._documents > 1):
                raise _InTheWayError  # a page that goes on by itself, most likely the one that is being left
        except RestlessError:
            problem = "goes on to another page, or to itself, again and again"
            text = await self._rescue(page)
        except asyncio.TimeoutError:
            problem, in_time = f"did not finish loading within {min(seconds, to_be_read):.3g} seconds", False
            text = await self._rescue(page)
        except PlaywrightError as error:
            problem = await self._explain(page, error)
        if page.url.startswith("chrome-error:") and self._led_away:
            problem = f"leads to {self._failed_url}, which is not part of the app"
        body = await self._body() if problem and not text else ""
        if problem or self._documents > 1:
            self._give_up()  # a page that hangs, or goes on by itself, would get in the way of the next visit
        return Page(
            self._path,
            page.url,
            status=self._answer.status if self._answer else None,
            text=text,
            problem=problem,
            body=body,
            in_time=in_time,
            keeps_busy=is_there and not in_time,
            broken_off=problem in (NOT_RUNNING, BROKEN_OFF),
        )

    async def _arrive(self, going: Awaitable[Response | None], deadline: Deadline, *, is_fresh: bool) -> None:
        try:
            await within(deadline, going)
        except asyncio.TimeoutError:
            if is_fresh or not self._documents:
                raise
            # There is an answer, but the old page hangs as it is being left.
            raise _InTheWayError from None
        except PlaywrightError as error:
            was_interrupted = "interrupted by another navigation" in str(error)
            was_aborted = "ERR_ABORTED" in str(error) and self._answer is None
            if is_fresh or not (was_interrupted or was_aborted):
                raise
            raise _InTheWayError from error

    async def _read(self, page: PlaywrightPage, deadline: Deadline, *, wait: bool = True) -> str:
        def is_restless() -> bool:
            return wait and self._documents > _MOST_DOCUMENTS

        read = None
        if wait and page is self._page:
            _, session = await self._page_and_session()
            read = await within(deadline, read_at_once(session), is_restless)
        while read is None:
            read = await within(deadline, read_once(page, wait=wait), is_restless)
        text, self._may_go_on, goes_on = read
        if goes_on and wait:  # the next page may set the cookies that are looked at, or take them away
            until = self.waits.until(min(_GOING_ON_SECONDS, deadline.remaining), "going on")
            await self.waits.attempt("going on", until, self._has_gone_on.wait())
        return text

    async def _rescue(self, page: PlaywrightPage) -> str:
        """Stop a page's endless scripts, reloads or loading, and read what is there."""
        deadline = self.waits.until(_RESCUE_SECONDS, "rescue")
        text = await self.waits.attempt("rescue", deadline, self._stop_and_read(page, deadline))
        return text or ""

    async def _stop_and_read(self, page: PlaywrightPage, deadline: Deadline) -> str:
        with suppress(PlaywrightError):
            _, session = await self._page_and_session()
            # Chromium takes these three even while a script keeps the page busy; not always between two pages.
            stopping = (session.send(name, parameters) for name, parameters in _STOP)
            await within(deadline, asyncio.gather(*stopping, return_exceptions=True))
            if self._documents > 1:
                await self._reload_without_scripts(page, session, deadline)
            return await self._read(page, deadline, wait=False)
        return ""

    async def _reload_without_scripts(self, page: PlaywrightPage, session: CDPSession, deadline: Deadline) -> None:
        """Load a page that was caught between two of its own reloads, the last of which may still interrupt this."""
        for _ in range(3):
            with suppress(PlaywrightError):
                await within(deadline, session.send(*_STOP[0]))
                await within(deadline, page.reload(wait_until="domcontentloaded", timeout=0))
                return

    async def _explain(self, page: PlaywrightPage, error: PlaywrightError) -> str:
        """Put into words why a page could not be shown; raises the error again where the browser itself is gone."""
        said = "Page crashed" if self._has_crashed else str(error)
        if self._led_away:
            return f"leads to {self._failed_url}, which is not part of the app"
        if "net::ERR_" in said and self._is_app_gone():
            return NOT_RUNNING
        problem = problem_of(said, self._answer.status if self._answer else None)
        if problem is None:
            await asyncio.sleep(_NEWS_SECONDS)  # that the browser is gone may come after the error that it causes
            if page.is_closed() or not self._is_alive():
                raise error
        return problem or "could not be read"

    async def _body(self) -> str:
        with suppress(PlaywrightError, asyncio.TimeoutError):
            if self._answer:
                deadline = self.waits.until(_RESCUE_SECONDS, "body")
                return (await self.waits.attempt("body", deadline, self._answer.text()) or "")[:_LONGEST_BODY]
        return ""

    async def _draw(self) -> bytes:
        with suppress(PlaywrightError, asyncio.TimeoutError):
            _, session = await self._page_and_session()
            # Page.screenshot() waits for fonts and frames, which a page can put off for ever.
            shot = session.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
            drawn = await self.waits.attempt("picture", self.waits.until(_PICTURE_SECONDS, "picture"), shot)
            return base64.b64decode(drawn["data"]) if drawn else b""
        return b""

    async def _page_and_session(self) -> tuple[PlaywrightPage, CDPSession]:
        page = await self.ready_page()
        if self._session is None:
            raise AssertionError("made together with the page")
        return page, await asyncio.shield(self._session)

    @property
    def _led_away(self) -> bool:
        """Whether the page went somewhere outside of the app; a page that is left while it loads fails, too."""
        return bool(self._failed_url) and not self._failed_url.startswith(self.origin + "/")

    def _give_up(self) -> None:
        page, self._page = self._page, None
        if page is not None:
            self._closing.begin(page, self._session)

    def _note_crash(self, page: PlaywrightPage) -> None:
        if page is self._page:
            self._has_crashed = True
            self._give_up()

    def _note_answer(self, answer: Response) -> None:
        # A frame that is gone again has no parent to ask for.
        with suppress(PlaywrightError):
            if answer.request.is_navigation_request() and answer.frame.parent_frame is None:
                self._answer = answer
                self._documents += answer.status not in _REDIRECTS
                if self._documents > 1:
                    self._has_gone_on.set()

    def _note_failure(self, request: Request) -> None:
        with suppress(PlaywrightError):
            if request.is_navigation_request() and request.frame.parent_frame is None:
                self._failed_url = request.url
                self._has_gone_on.set()
