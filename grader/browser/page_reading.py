"""Reading what is written on a page, at once or after all that could show it has come."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from playwright.async_api import Error as PlaywrightError

from grader.browser.visible_words import seen_text
from grader.browser.waits import within

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import CDPSession, JSHandle, Page

    from grader.browser.waits import Waits
    from grader.machine.clock import Deadline

    _Read = tuple[str, bool, bool]
    """What is written on a page, whether it may go on to another one by itself, and whether it seems to at once."""

_LOAD_SECONDS = 10.0
_SCRIPTS_SECONDS = 1.0

_READING, _PAGE = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("reading.js", "page.js"))
_READ = f"async (wait) => (await ({_READING})(wait)).readAll()"
_READ_LOADED = {
    "expression": f"({_READING})(true, true).then((page) => page.readAll())",
    **dict.fromkeys(("awaitPromise", "returnByValue", "userGesture"), True),
}
_LOOK = f"() => ({_PAGE})({_READING})"


async def read_at_once(session: CDPSession) -> _Read | None:
    """Read a page that stays as it is once it is loaded; None where it does not.

    Playwright's evaluate puts a large script of its own into every page, which is a tenth of the work of a visit;
    but it knows what has become of a page that cannot be read.
    """
    with suppress(PlaywrightError):
        read = await session.send("Runtime.evaluate", _READ_LOADED)
        if "exceptionDetails" not in read:
            return cast("_Read", read["result"]["value"])
    return None


async def read_once(page: Page, *, wait: bool) -> _Read | None:
    """Read a page, once its HTML is there if that is to be waited for; None where it went on to another one."""
    try:
        return cast("_Read", await page.evaluate(_READ, wait))
    except PlaywrightError as error:
        if "context was destroyed" in str(error):
            return None
        raise


async def look_closely(
    page: Page, waits: Waits, deadline: Deadline, draw: Callable[[], Awaitable[bytes]], *, is_first: bool
) -> tuple[str, str]:
    """Return what is written on a page, and what of it a person sees; at the first look, after a moment for scripts."""
    handle = await page.evaluate_handle(_LOOK)
    await _settle(handle, waits, deadline, is_first=is_first)
    text = await handle.evaluate("page => page.read()")
    return text, await seen_text(handle, draw) if text else ""


async def _settle(page: JSHandle, waits: Waits, deadline: Deadline, *, is_first: bool) -> None:
    """Wait for style sheets, fonts and pictures, and a moment for scripts."""
    loading = waits.until(min(_LOAD_SECONDS, deadline.remaining), "loading")
    await waits.attempt("loading", loading, page.evaluate("page => page.settled()"))
    if is_first and await within(deadline, page.evaluate("page => page.hasScripts()")):
        await asyncio.sleep(_SCRIPTS_SECONDS)
