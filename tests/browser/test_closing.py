"""Pages that do not go when they are closed."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from grader.browser import closing
from tests.waiting import fairly_within


class NeverGone:
    """A page that neither closes nor answers, as one whose process is stopped."""

    def __init__(self) -> None:
        self.asked = 0

    async def close(self) -> None:
        self.asked += 1
        await asyncio.Event().wait()

    @property
    def context(self) -> NeverGone:
        return self

    @property
    def browser(self) -> NeverGone:
        return self


def test_a_page_that_never_goes_is_given_up(monkeypatch):
    monkeypatch.setattr(closing, "_AGAIN_SECONDS", 0.01)
    page = NeverGone()

    async def close() -> None:
        session = asyncio.get_running_loop().create_future()  # and nobody can attach to it
        pages = closing.Closing()
        pages.begin(page, session)
        await pages.until_gone()
        assert not session.cancelled()

    with fairly_within(5), ThreadPoolExecutor() as beside:  # the tests' own browser has its loop in this thread
        beside.submit(asyncio.run, close()).result()
    assert page.asked == 1
