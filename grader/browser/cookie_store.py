"""The cookies that a browser profile keeps, as a user sees and deletes them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from grader.model.outcome import StoredCookie

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from playwright.async_api import BrowserContext, CDPSession

_TOLD = {"size", "session"}
"""What Chromium says of a cookie, and works out by itself where it is set."""


class CookieStore:
    """The cookies of one profile."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._deleted: list[dict[str, Any]] = []

    async def all(self) -> list[StoredCookie]:
        """List them."""
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

    async def delete(self, session: CDPSession, urls: Sequence[str], name: str) -> None:
        """Delete the cookies of this name that these addresses are asked for with, and no other."""
        # Playwright's clear_cookies(name=…) deletes all and sets the others anew.
        self._deleted = [cookie for cookie in await _sent(session, urls) if cookie["name"] == name]
        for cookie in self._deleted:
            which = {key: cookie[key] for key in ("name", "domain", "path", "partitionKey") if key in cookie}
            await session.send("Network.deleteCookies", which)

    async def put_back(self, session: CDPSession, urls: Sequence[str], name: str) -> bool:
        """Put back the cookies of this name that were deleted; return whether they are there just as they were."""
        deleted = [cookie for cookie in self._deleted if cookie["name"] == name]
        for cookie in deleted:
            told = _TOLD | ({"expires"} if cookie["session"] else set())
            await session.send("Network.setCookie", {key: cookie[key] for key in cookie.keys() - told})
        there = await _sent(session, urls) if deleted else []
        return bool(deleted) and all(cookie in there for cookie in deleted)

    async def clear(self) -> None:
        """Empty it."""
        await self._context.clear_cookies()
        self._deleted = []


async def _sent(session: CDPSession, urls: Sequence[str]) -> list[dict[str, Any]]:
    """Return what Chromium knows of the cookies that these addresses are asked for with."""
    return cast("list[dict[str, Any]]", (await session.send("Network.getCookies", {"urls": [*urls]}))["cookies"])


def _moment(expires: float) -> dt.datetime | None:
    if expires < 0:
        return None
    return dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(seconds=expires)
