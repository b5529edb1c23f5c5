"""Which pages are open in browsers: ten minutes after the last one was closed, the server ends."""

from __future__ import annotations

import time
from threading import Lock

PATIENCE = 600.0
"""Seconds without a page."""
_HIDDEN = 12 * 3600.0
"""Seconds for which a page in the background is believed to be there, though it keeps no connection."""


class OpenPages:
    """The pages, by the names that they give themselves.

    A page in front holds a connection.  One in the background does not, as a browser allows six to one address; it says
    when it goes there, and when it is closed.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._front: dict[str, int] = {}
        self._hidden: dict[str, float] = {}
        self._last = time.monotonic()

    def connected(self, page: str) -> None:
        """Hear that a page listens."""
        with self._lock:
            self._front[page] = self._front.get(page, 0) + 1
            self._hidden.pop(page, None)

    def disconnected(self, page: str) -> None:
        """Hear that its connection has ended."""
        with self._lock:
            self._last = time.monotonic()
            self._front[page] = self._front.get(page, 0) - 1
            if self._front[page] <= 0:
                del self._front[page]

    @property
    def listening(self) -> int:
        """How many connections pages hold."""
        with self._lock:
            return sum(self._front.values())

    def hidden(self, page: str) -> None:
        """Hear that a page goes to the background."""
        with self._lock:
            self._hidden[page] = time.monotonic()

    def closed(self, page: str) -> None:
        """Hear that a page is closed."""
        with self._lock:
            self._hidden.pop(page, None)
            self._last = time.monotonic()

    def away(self) -> float:
        """Return for how many seconds no page has been open."""
        now = time.monotonic()
        with self._lock:
            if self._front or any(now - since < _HIDDEN for since in self._hidden.values()):
                return 0.0
            return now - self._last
