"""A browser in the background: started while other things are done, ended whatever state it is in."""

from __future__ import annotations

import atexit
import threading
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Literal, TypeVar

from grader.browser.session import VISIT_SECONDS, BrowserCrashed, Visitor
from grader.machine.clock import Deadline
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    from grader.browser.driving import Engine
    from grader.browser.finding import Found
    from grader.browser.tab import Tab

_T = TypeVar("_T")

Sandbox = Literal["auto", "required", "off"]

_START_SECONDS = 60.0
_OPEN_SECONDS = 20.0
_CLOSE_SECONDS = 0.5
_LAST_WORDS_SECONDS = 0.5


class Browser:
    """A browser that starts in the background and serves many submissions, one after the other.  Made by `launch`.

    All of Playwright happens on one thread with an event loop of its own; the calls here wait for it, each for a
    limited time, so that nothing that a page, Chromium or the driver does can hang the grader.
    """

    def __init__(self, found: Found, sandbox: Sandbox) -> None:
        self._found = found
        self._sandbox = sandbox
        self._engine: Engine | None = None
        self._started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="browser", daemon=True)
        self._is_closed = False

    @classmethod
    def launch(cls, found: Found, *, sandbox: Sandbox = "auto") -> Browser:
        """Begin to start a browser and return at once; what goes wrong is raised at its first use.

        Parameters
        ----------
        found
            Which browser, see :func:`grader.browser.find`.
        sandbox
            Chromium's own.  ``auto`` uses it where the machine allows it, ``required`` does not start without it.
            Root can have it only where bubblewrap works; then driver and browser are in a jail, whatever is asked for.

        """
        browser = cls(found, sandbox)
        atexit.register(browser.close)
        browser._thread.start()
        return browser

    @property
    def version(self) -> str:
        """For reports, for example ``chromium 156.0.7001.2``."""
        return f"{self._found.kind} {self.wait_until_started().version}"

    @property
    def has_failed(self) -> bool:
        """Whether it did not start, or is gone: another one may do better."""
        if not self._started.done():
            return False
        return self._started.exception() is not None or self._engine is None or not self._engine.is_alive

    @property
    def sandboxed(self) -> bool:
        """Whether Chromium's own sandbox is on."""
        return self.wait_until_started().sandboxed

    def wait_until_started(self) -> Engine:
        """Wait for the start to end.

        Raises
        ------
        MachineFault
            The browser does not start here; the message holds what it said.

        """
        self._wait(self._started, _START_SECONDS)
        if self._engine is None:
            raise BrowserCrashed("The browser has been closed.")
        return self._engine

    def open(self, origin: str, *, screenshots: bool = False, seconds: float = VISIT_SECONDS) -> Visitor:
        """Make a fresh profile for one submission, in the background, and return at once.

        Parameters
        ----------
        origin
            The app's, ``http://localhost:PORT``: all that its pages can reach.
        screenshots
            Whether to record evidence of each step.
        seconds
            How long a visit may take, in fair time.

        """
        tab = self._submit(lambda engine: engine.open(origin))
        return Visitor(self, tab, screenshots=screenshots, seconds=seconds)

    def ask(self, tab: Future[Tab], what: Callable[[Tab], Coroutine[Any, Any, _T]], seconds: float) -> _T:
        """Have something done in a tab and wait for the answer.

        Raises
        ------
        BrowserCrashed
            The browser ended before it answered, or took far too long.

        """
        self.wait_until_started()
        ready = self._wait(tab, _OPEN_SECONDS)
        return self._wait(self._submit(lambda _: what(ready)), seconds)

    def throw_away(self, tab: Future[Tab]) -> None:
        """Close a tab and its profile in the background."""

        def when_open(opened: Future[Tab]) -> None:
            if self._engine and not opened.exception():
                self._engine.throw_away(opened.result())

        tab.add_done_callback(when_open)

    def close(self) -> None:
        """End the browser and all its processes within a second, whatever state they are in."""
        self._is_closed = True
        atexit.unregister(self.close)
        if self._engine:
            self._engine.stop()
            self._thread.join(_CLOSE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        try:
            from grader.browser.driving import Engine

            self._engine = Engine(self._found, self._sandbox)
        except MachineFault as fault:
            self._started.set_exception(fault)
            return
        except BaseException as error:
            self._started.set_exception(error)
            raise
        if self._is_closed:  # in the meantime
            self._engine.stop()
        self._engine.run(self._started)

    def _submit(self, what: Callable[[Engine], Coroutine[Any, Any, _T]]) -> Future[_T]:
        """Have something done once the browser has started."""
        answer: Future[_T] = Future()

        def when_started(started: Future[None]) -> None:
            error = started.exception()
            if error or not self._engine:
                answer.set_exception(error or BrowserCrashed("The browser has been closed."))
            else:
                self._engine.submit(what(self._engine), answer)

        self._started.add_done_callback(when_started)
        return answer

    def _wait(self, answer: Future[_T], seconds: float) -> _T:
        deadline = Deadline(seconds)
        while not wait([answer], timeout=deadline.step).done:
            if deadline.expired:
                raise BrowserCrashed(f"The browser did not answer within {seconds:g} seconds.")
            has_crashed = self._started.done() and self._engine and not self._engine.is_alive
            if has_crashed and not wait([answer], timeout=_LAST_WORDS_SECONDS).done:
                raise BrowserCrashed("The browser is gone.")
        return answer.result()
