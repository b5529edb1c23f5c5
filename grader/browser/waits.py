"""How long a tab is waited for: never beyond the time there is in all, and only a moment for what hung before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from grader.machine.clock import Deadline

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeVar

    _T = TypeVar("_T")

_AGAIN_SECONDS = 0.5
_PROVEN_SECONDS = 0.25
"""For what is proven to hang: a page is read in a tenth of it."""
_ALL_SECONDS = 90.0


class RestlessError(asyncio.TimeoutError):
    """It need not be waited for any longer: it is known to be in vain."""


class Waits:
    """What one tab has been waited for in vain, and the time that is left.

    Attributes
    ----------
    is_proven
        Whether the page that is visited is proven to keep itself busy for ever.
    deadline
        Until when all must be done that is being done, what is done about a page that hangs included.
    """

    def __init__(self) -> None:
        self.deadline = Deadline(_ALL_SECONDS)
        self.is_proven = False
        self._hung: set[str] = set()

    def until(self, seconds: float, what: str = "") -> Deadline:
        """Return the end of so many seconds, or of all the time there is; of a moment for what hung before."""
        short = min(seconds, _AGAIN_SECONDS) if what in self._hung else seconds
        return Deadline(min(short, self.deadline.remaining))

    def to_be_read(self, seconds: float) -> Deadline:
        """Return the end of so many seconds, in which a page that is there lets itself be read."""
        return self.until(min(seconds, _PROVEN_SECONDS) if self.is_proven else seconds)

    async def attempt(self, what: str, deadline: Deadline, work: Awaitable[_T]) -> _T | None:
        """Wait for something that may never come; None where it does not, which is then known."""
        try:
            return await within(deadline, work)
        except asyncio.TimeoutError:
            self._hung.add(what)
            return None


async def within(deadline: Deadline, work: Awaitable[_T], is_vain: Callable[[], bool] = lambda: False) -> _T:
    """Wait until something is done.

    Raises
    ------
    asyncio.TimeoutError
        The deadline, on the fair clock, is over.
    RestlessError
        It is in vain.
    """
    task = asyncio.ensure_future(work)
    while not task.done():
        if is_vain() or deadline.expired:
            task.cancel()
            raise RestlessError if is_vain() else asyncio.TimeoutError
        await asyncio.wait([task], timeout=deadline.step)
    return task.result()
