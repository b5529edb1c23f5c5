"""A browser profile with one page in it; runs on the browser's own thread."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from playwright.async_api import Error as PlaywrightError

from grader.browser.page import Page
from grader.browser.seeing import seen_text
from grader.machine.clock import Deadline
from grader.model.outcome import StoredCookie

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any, TypeVar

    from playwright.async_api import BrowserContext, CDPSession, JSHandle, Request, Response
    from playwright.async_api import Page as PlaywrightPage

    _T = TypeVar("_T")

_RESCUE_SECONDS = 6.0
_PICTURE_SECONDS = 5.0
_LOOK_SECONDS = 20.0
_LOAD_SECONDS = 10.0
_SCRIPTS_SECONDS = 1.0
_CLOSE_SECONDS = 10.0
_CLOSE_AGAIN_SECONDS, _MOST_CLOSES = 0.5, 20
_NEWS_SECONDS = 0.1
_AGAIN_SECONDS = 0.5
_ALL_SECONDS = 90.0
_MOST_DOCUMENTS = 10
_LONGEST_BODY = 1_000_000
_REDIRECTS = range(300, 400)
_TOLD_OF_A_COOKIE = {"size", "session"}
"""What Chromium says of a cookie, and works out by itself where it is set."""

_READING, _PAGE = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("reading.js", "page.js"))
_READ = f"async (wait) => (await ({_READING})(wait)).readAll()"
_READ_LOADED = {
    "expression": f"({_READING})(true, true).then((page) => page.readAll())",
    **dict.fromkeys(("awaitPromise", "returnByValue", "userGesture"), True),
}
_LOOK = f"() => ({_PAGE})({_READING})"

_STOP: tuple[tuple[str, dict[str, bool]], ...] = (
    ("Emulation.setScriptExecutionDisabled", {"value": True}),
    ("Runtime.terminateExecution", {}),
    ("Page.stopLoading", {}),
)
_NOT_RUNNING = "was not answered: the app is not running any more"
_BROKEN_OFF = "was not answered: the app broke off the connection"
_PROBLEMS = {
    "ERR_TOO_MANY_REDIRECTS": "redirects in a loop",
    "ERR_CONNECTION_REFUSED": _NOT_RUNNING,
    "ERR_CONNECTION_RESET": _BROKEN_OFF,
    "ERR_EMPTY_RESPONSE": _BROKEN_OFF,
    "Download is starting": "is a download, which a browser does not display",
    "Page crashed": "crashed the browser's tab",
    "Target crashed": "crashed the browser's tab",
}


class _InTheWayError(Exception):
    """The page that is being left keeps the next one from being shown."""


class _RestlessError(asyncio.TimeoutError):
    """A page goes on to another one, or to itself, again and again."""


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
        self._closing: set[asyncio.Future[None]] = set()
        self._path = "/"
        self._is_clean = True
        self._deleted: list[dict[str, Any]] = []
        self._answer: Response | None = None
        self._documents = 0
        self._failed_url = ""
        self._has_crashed = False
        self.deadline = Deadline(_ALL_SECONDS)
        """Until when all must be done that is being done, what is done about a page that hangs included."""
        self._gets_in_the_way = False
        self._may_go_on = False
        self._hung: set[str] = set()
        """What was waited for in vain, and gets no more than a moment the next time."""

    async def ready_page(self) -> PlaywrightPage:
        """Give the page, or a new one where the last one was given up."""
        if self._page is None:
            page = await self._context.new_page()
            page.on("popup", self._close_in_background)
            page.on("crash", self._note_crash)
            page.on("response", self._note_answer)
            page.on("requestfailed", self._note_failure)
            # Attached in advance, because nobody can attach to a page that hangs.
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
            with suppress(_InTheWayError):
                return await self._look(self._page, self._go(self._page), seconds, to_be_read)
            self._gets_in_the_way = True
            self._give_up()
        await self._until_closed()
        page = await self.ready_page()
        return await self._look(page, self._go(page), seconds, to_be_read, is_fresh=True)

    async def look(self, shown: Page, *, is_first: bool) -> Page:
        """Return what is to be seen by now of what was visited last."""
        if self._page is not None:
            with suppress(PlaywrightError):
                what = f"looking at {self._path}"
                deadline = self._until(self._seconds(what, _LOOK_SECONDS))
                return (
                    await self._try(what, deadline, self._look_closely(self._page, shown, deadline, is_first)) or shown
                )
        return shown

    async def _look_closely(self, page: PlaywrightPage, shown: Page, deadline: Deadline, is_first: bool) -> Page:
        handle = await page.evaluate_handle(_LOOK)
        await self._settle(handle, deadline, is_first=is_first)
        text = await handle.evaluate("page => page.read()")
        visible = await seen_text(handle, self._draw) if text else ""
        return replace(shown, text=text, visible_text=visible)

    async def _settle(self, page: JSHandle, deadline: Deadline, *, is_first: bool) -> None:
        """Wait for style sheets, fonts and pictures, and a moment for scripts."""
        loading = Deadline(min(self._seconds("loading", _LOAD_SECONDS), deadline.remaining))
        await self._try("loading", loading, page.evaluate("page => page.settled()"))
        if is_first and await _within(deadline, page.evaluate("page => page.hasScripts()")):
            await asyncio.sleep(_SCRIPTS_SECONDS)

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
        return [
            StoredCookie(
                cookie["name"],
                cookie["value"],
                path=cookie["path"],
                domain=cookie["domain"],
                expires=_moment(cookie["expires"]),
            )
            for cookie in await self._context.cookies()
        ]

    async def delete_cookie(self, name: str) -> None:
        """Delete the cookies of this name, and no other."""
        # Playwright's clear_cookies(name=…) deletes all and sets the others anew.
        _, session = await self._page_and_session()
        self._deleted = [cookie for cookie in await self._sent_cookies(session) if cookie["name"] == name]
        for cookie in self._deleted:
            which = {key: cookie[key] for key in ("name", "domain", "path", "partitionKey") if key in cookie}
            await session.send("Network.deleteCookies", which)

    async def put_back(self, name: str) -> bool:
        """Put back the cookies of this name that were deleted; return whether they are there just as they were."""
        _, session = await self._page_and_session()
        deleted = [cookie for cookie in self._deleted if cookie["name"] == name]
        for cookie in deleted:
            told = _TOLD_OF_A_COOKIE | ({"expires"} if cookie["session"] else set())
            await session.send("Network.setCookie", {key: cookie[key] for key in cookie.keys() - told})
        there = await self._sent_cookies(session) if deleted else []
        return bool(deleted) and all(cookie in there for cookie in deleted)

    async def _sent_cookies(self, session: CDPSession) -> list[dict[str, Any]]:
        """Return what Chromium knows of the cookies that the page of the last visit is asked for with."""
        urls = {"urls": [self.origin + self._path, self.origin]}
        return cast("list[dict[str, Any]]", (await session.send("Network.getCookies", urls))["cookies"])

    async def forget(self) -> None:
        """Leave the page and empty the profile."""
        if self._is_clean:
            return
        page, session = await self._page_and_session()
        # First the page: it could set its cookies again.
        try:
            await _within(self._until(_RESCUE_SECONDS), page.goto("about:blank", timeout=0))
        except asyncio.TimeoutError:
            self._give_up()
            _, session = await self._page_and_session()
        storage = {"origin": self.origin, "storageTypes": "all"}
        await asyncio.gather(self._context.clear_cookies(), session.send("Storage.clearDataForOrigin", storage))
        self._is_clean, self._deleted = True, []

    async def picture(self) -> tuple[bytes, list[StoredCookie]]:
        """Take a PNG of the window, empty where the page does not let itself be drawn, and look at the cookies."""
        return await asyncio.gather(self._draw(), self.cookies())

    async def close(self) -> None:
        """Close page and profile."""
        with suppress(PlaywrightError, asyncio.TimeoutError):
            await _within(Deadline(_CLOSE_SECONDS), self._context.close())

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
        deadline = self._until(seconds)
        self._is_clean = False
        self._answer, self._documents, self._failed_url, self._has_crashed = None, 0, "", False
        self._may_go_on = False
        text = ""
        problem, in_time, is_there = None, True, False
        left = page.url
        try:
            await self._arrive(going, deadline, is_fresh=is_fresh)
            is_there, deadline = True, Deadline(min(to_be_read, deadline.remaining))
            text = await self._read(page, deadline)
            has_come_back = page.url == left != self._address
            if not is_fresh and (has_come_back or self._documents > 1):
                raise _InTheWayError  # a page that goes on by itself, most likely the one that is being left
        except _RestlessError:
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
            broken_off=problem in (_NOT_RUNNING, _BROKEN_OFF),
        )

    async def _arrive(self, going: Awaitable[Response | None], deadline: Deadline, *, is_fresh: bool) -> None:
        try:
            await _within(deadline, going)
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

        read = await _within(deadline, self._read_at_once(page), is_restless) if wait else None
        while read is None:
            read = await _within(deadline, _read_once(page, wait), is_restless)
        text, self._may_go_on = read
        return text

    async def _read_at_once(self, page: PlaywrightPage) -> tuple[str, bool] | None:
        """Read a page that stays as it is once it is loaded; None where it does not.

        Playwright's evaluate puts a large script of its own into every page, which is a tenth of the work of a visit;
        but it knows what has become of a page that cannot be read.
        """
        with suppress(PlaywrightError):
            if page is self._page:
                _, session = await self._page_and_session()
                read = await session.send("Runtime.evaluate", _READ_LOADED)
                if "exceptionDetails" not in read:
                    return cast("tuple[str, bool]", read["result"]["value"])
        return None

    async def _rescue(self, page: PlaywrightPage) -> str:
        """Stop a page's endless scripts, reloads or loading, and read what is there."""
        deadline = self._until(self._seconds("rescue", _RESCUE_SECONDS))
        text = await self._try("rescue", deadline, self._stop_and_read(page, deadline))
        return text or ""

    async def _stop_and_read(self, page: PlaywrightPage, deadline: Deadline) -> str:
        with suppress(PlaywrightError):
            _, session = await self._page_and_session()
            # Chromium takes these three even while a script keeps the page busy; not always between two pages.
            stopping = (session.send(name, parameters) for name, parameters in _STOP)
            await _within(deadline, asyncio.gather(*stopping, return_exceptions=True))
            if self._documents > 1:
                await self._reload_without_scripts(page, session, deadline)
            return await self._read(page, deadline, wait=False)
        return ""

    async def _reload_without_scripts(self, page: PlaywrightPage, session: CDPSession, deadline: Deadline) -> None:
        """Load a page that was caught between two of its own reloads, the last of which may still interrupt this."""
        for _ in range(3):
            with suppress(PlaywrightError):
                await _within(deadline, session.send(*_STOP[0]))
                await _within(deadline, page.reload(wait_until="domcontentloaded", timeout=0))
                return

    async def _explain(self, page: PlaywrightPage, error: PlaywrightError) -> str:
        """Put into words why a page could not be shown; raises the error again where the browser itself is gone."""
        said = "Page crashed" if self._has_crashed else str(error)
        if self._led_away:
            return f"leads to {self._failed_url}, which is not part of the app"
        if "net::ERR_" in said and self._is_app_gone():
            return _NOT_RUNNING
        for sign, problem in _PROBLEMS.items():
            if sign in said:
                return problem
        if "ERR_ABORTED" in said and self._answer:
            return f"has nothing to display (status {self._answer.status})"
        network = re.search(r"net::(ERR_\w+)", said)
        if network:
            return f"could not be displayed ({network[1]})"
        await asyncio.sleep(_NEWS_SECONDS)  # the news that the browser is gone may come after the error that it causes
        if page.is_closed() or not self._is_alive():
            raise error
        return "could not be read"

    async def _body(self) -> str:
        with suppress(PlaywrightError, asyncio.TimeoutError):
            if self._answer:
                deadline = self._until(self._seconds("body", _RESCUE_SECONDS))
                return (await self._try("body", deadline, self._answer.text()) or "")[:_LONGEST_BODY]
        return ""

    async def _draw(self) -> bytes:
        with suppress(PlaywrightError, asyncio.TimeoutError):
            _, session = await self._page_and_session()
            # Page.screenshot() waits for fonts and frames, which a page can put off for ever.
            shot = session.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
            drawn = await self._try("picture", self._until(self._seconds("picture", _PICTURE_SECONDS)), shot)
            return base64.b64decode(drawn["data"]) if drawn else b""
        return b""

    def _until(self, seconds: float) -> Deadline:
        """Return the end of so many seconds, or that of all the time there is."""
        return Deadline(min(seconds, self.deadline.remaining))

    def _seconds(self, what: str, seconds: float) -> float:
        """Return how long to wait for something: only a moment where that was in vain before."""
        return min(seconds, _AGAIN_SECONDS) if what in self._hung else seconds

    async def _try(self, what: str, deadline: Deadline, work: Awaitable[_T]) -> _T | None:
        """Wait for something that may never come; None where it does not, which is then known."""
        try:
            return await _within(deadline, work)
        except asyncio.TimeoutError:
            self._hung.add(what)
            return None

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
            self._close_in_background(page, self._session)

    def _close_in_background(self, page: PlaywrightPage, session: Awaitable[CDPSession] | None = None) -> None:
        closing = asyncio.ensure_future(_close_quietly(page, session))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def _until_closed(self) -> None:
        """Wait until pages that were given up are gone: one that loads itself again sets its cookies again."""
        if self._closing:
            deadline = self._until(self._seconds("closing", _RESCUE_SECONDS))
            await self._try("closing", deadline, asyncio.wait(self._closing))

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

    def _note_failure(self, request: Request) -> None:
        with suppress(PlaywrightError):
            if request.is_navigation_request() and request.frame.parent_frame is None:
                self._failed_url = request.url


async def _within(deadline: Deadline, work: Awaitable[_T], is_vain: Callable[[], bool] = lambda: False) -> _T:
    """Wait until something is done or the deadline, on the fair clock, is over; or it is known to be in vain."""
    task = asyncio.ensure_future(work)
    while not task.done():
        if is_vain() or deadline.expired:
            task.cancel()
            raise _RestlessError if is_vain() else asyncio.TimeoutError
        await asyncio.wait([task], timeout=deadline.step)
    return task.result()


async def _read_once(page: PlaywrightPage, wait: bool) -> tuple[str, bool] | None:
    """Read a page; None where it went on to another one in the meantime."""
    try:
        return cast("tuple[str, bool]", await page.evaluate(_READ, wait))
    except PlaywrightError as error:
        if "context was destroyed" in str(error):
            return None
        raise


async def _close_quietly(page: PlaywrightPage, session: Awaitable[CDPSession] | None) -> None:
    """Close a page; more than once where need be: while it goes on to another one, Chromium may forget of it."""
    closing = asyncio.ensure_future(page.close())
    try:
        for _ in range(_MOST_CLOSES):
            if (await asyncio.wait([closing], timeout=_CLOSE_AGAIN_SECONDS))[0]:
                break
            with suppress(PlaywrightError):
                await _close_again(page, session)
        await closing
    except PlaywrightError:
        pass


async def _close_again(page: PlaywrightPage, session: Awaitable[CDPSession] | None) -> None:
    browser = page.context.browser
    if browser is not None and session is not None:
        target = (await (await session).send("Target.getTargetInfo"))["targetInfo"]["targetId"]
        whole = await browser.new_browser_cdp_session()
        await whole.send("Target.closeTarget", {"targetId": target})
        await whole.detach()


def _moment(expires: float) -> dt.datetime | None:
    if expires < 0:
        return None
    return dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(seconds=expires)
