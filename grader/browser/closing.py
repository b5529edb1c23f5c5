"""Pages that were given up and are being closed in the background."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from playwright.async_api import CDPSession, Page

_AGAIN_SECONDS = 0.5
_MOST_TIMES = 20


class Closing:
    """The pages of one profile that are being closed."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Future[None]] = set()

    def begin(self, page: Page, session: Awaitable[CDPSession] | None = None) -> None:
        """Close a page, with the session that was attached to it, without waiting for that."""
        closing = asyncio.ensure_future(_close(page, session))
        self._pages.add(closing)
        closing.add_done_callback(self._pages.discard)

    async def until_gone(self) -> None:
        """Wait until all of them are gone: one that loads itself again sets its cookies again."""
        if self._pages:
            await asyncio.wait(self._pages)


async def _close(page: Page, session: Awaitable[CDPSession] | None) -> None:
    """Close a page; more than once where need be: while it goes on to another one, Chromium may forget of it.

    One that will not go at all is given up: it goes with its profile.
    """
    closing = asyncio.ensure_future(page.close())
    for _ in range(_MOST_TIMES):
        if (await asyncio.wait([closing], timeout=_AGAIN_SECONDS))[0]:
            break
        with suppress(PlaywrightError, asyncio.TimeoutError):
            await asyncio.wait_for(_close_again(page, session), _AGAIN_SECONDS)
    closing.cancel()
    with suppress(PlaywrightError, asyncio.CancelledError):
        await closing


async def _close_again(page: Page, session: Awaitable[CDPSession] | None) -> None:
    """Tell Chromium itself, since Playwright does not say a second time what it has said."""
    browser = page.context.browser
    if browser is not None and session is not None:
        target = (await (await asyncio.shield(session)).send("Target.getTargetInfo"))["targetInfo"]["targetId"]
        whole = await browser.new_browser_cdp_session()
        await whole.send("Target.closeTarget", {"targetId": target})
        await whole.detach()
