"""A browser in the background: started while other things are done, ended whatever state it is in."""

from __future__ import annotations

import atexit
import logging
import threading
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, TypeVar

from grader.browser.shown_page import VISIT_SECONDS, BrowserCrashed
from grader.browser.visitor import Visitor
from grader.browser.why_not import BrowserHangs, none_starts
from grader.machine.allowance import Allowance
from grader.machine.clock import Deadline
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    from grader.browser.driving import Engine
    from grader.browser.installed import FoundBrowser
    from grader.browser.tab import Tab

_log = logging.getLogger(__name__)

_T = TypeVar("_T")

_ONE_START_SECONDS = 30.0
_ALL_STARTS_SECONDS = 60.0
_START_SECONDS = 2 * _ALL_STARTS_SECONDS  # a last net: the browser's thread keeps to the others by itself
_OPEN_SECONDS = 20.0
_ALL_VISITS_SECONDS = 90.0
_CLOSE_SECONDS = 0.5
_LAST_WORDS_SECONDS = 0.5


class Browser:
    """A browser that starts in the background and serves many submissions, one after the other.  Made by `launch`.

    All of Playwright happens on one thread with an event loop of its own; the calls here wait for it, each for a
    limited time, so that nothing that a page, Chromium or the driver does can hang the grader.
    """

    def __init__(self, browsers: Sequence[FoundBrowser]) -> None:
        self.worth_trying = list(browsers)
        """The one that runs, and those that have not been tried; what did not start is no more among them."""
        self.failures: list[MachineFault] = []
        """Why those did not start that were tried before."""
        self._engine: Engine | None = None
        self._started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="browser", daemon=True)
        self._closed = threading.Event()

    @classmethod
    def launch(cls, *browsers: FoundBrowser) -> Browser:
        """Begin to start a browser and return at once; what goes wrong is raised at its first use.

        Parameters
        ----------
        browsers
            Which, see :func:`grader.browser.find_all`: the next one is tried where one does not start.
        """
        browser = cls(browsers)
        atexit.register(browser.close)
        browser._thread.start()
        return browser

    @property
    def version(self) -> str:
        """For reports, for example ``chromium 156.0.7001.2``."""
        version = self.wait_until_started().version
        return f"{self.found.kind} {version}"

    @property
    def found(self) -> FoundBrowser:
        """Which one it is, once it has started."""
        return self.worth_trying[0]

    @property
    def has_failed(self) -> bool:
        """Whether it did not start, or is gone: another one may do better."""
        if not self._started.done():
            return False
        return self._started.exception() is not None or self._engine is None or not self._engine.is_alive

    @property
    def hangs(self) -> bool:
        """Whether it did not start because it never answered: it would cost as much time again."""
        return self._started.done() and isinstance(self._started.exception(), BrowserHangs)

    @property
    def has_started(self) -> bool:
        """Whether it did start, whatever has become of it since."""
        return self._started.done() and self._started.exception() is None

    @property
    def sandboxed(self) -> bool:
        """Whether Chromium's own sandbox is on: where the machine allows it, for root where bubblewrap makes a jail."""
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

    def open(
        self,
        origin: str,
        *,
        screenshots: bool = False,
        seconds: float = VISIT_SECONDS,
        allowance: Allowance | None = None,
        ask_the_app: Callable[..., object] = lambda **_: None,
    ) -> Visitor:
        """Make a fresh profile for one submission, in the background, and return at once.

        Parameters
        ----------
        origin
            The app's, ``http://localhost:PORT``: all that its pages can reach.
        screenshots
            Whether to record evidence of each step.
        seconds
            How long a visit may take, in fair time.
        allowance
            The time that the submission has in all; for itself if none is given.
        ask_the_app
            Called where a visit was not answered, ``wait`` says whether the app may be just about to end: raises what
            has become of it, where that is nobody's mistake.
        """
        tab = self._submit(lambda engine: engine.open(origin))
        allowance = allowance or Allowance(_ALL_VISITS_SECONDS)
        return Visitor(
            self, tab, screenshots=screenshots, seconds=seconds, allowance=allowance, ask_the_app=ask_the_app
        )

    def wait_until_open(self, tab: Future[Tab]) -> Tab:
        """Wait until a tab is there, which is this machine's work and no page's.

        Raises
        ------
        BrowserCrashed
            The browser ended, or took far too long.
        """
        self.wait_until_started()
        return self._wait(tab, _OPEN_SECONDS)

    def ask(self, work: Coroutine[Any, Any, _T], seconds: float) -> _T:
        """Have something done in a tab and wait for the answer.

        Raises
        ------
        BrowserCrashed
            The browser ended before it answered, or took far too long.
        """
        return self._wait(self._submit(lambda _: work), seconds)

    def throw_away(self, tab: Future[Tab]) -> None:
        """Close a tab and its profile in the background."""

        def when_open(opened: Future[Tab]) -> None:
            if self._engine and not opened.exception():
                self._engine.throw_away(opened.result())

        tab.add_done_callback(when_open)

    def close(self) -> None:
        """End the browser and all its processes within a second, whatever state they are in."""
        self._closed.set()
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
            self._start_and_serve()
        except Exception as error:
            if self._started.done():
                raise
            self._started.set_exception(error)  # raised where the browser is waited for

    def _start_and_serve(self) -> None:
        """Start one browser after the other until one does, and serve with that."""
        deadline = Deadline(_ALL_STARTS_SECONDS)
        while self.worth_trying and not deadline.expired:
            fault = self._serve_with(self.found, min(_ONE_START_SECONDS, deadline.remaining))
            if fault is None:
                return
            self.failures.append(fault)
            del self.worth_trying[0]
        raise none_starts(self.failures)

    def _serve_with(self, found: FoundBrowser, seconds: float) -> MachineFault | None:
        """Start a browser and serve until it is closed; or return why it does not start."""
        try:
            from grader.browser.driving import Engine

            if self._closed.is_set():  # while that was imported, or another one tried
                raise BrowserCrashed("The browser was closed.")
            _log.info("starting %s", found.path)
            self._engine = Engine(found)
            if self._closed.is_set():  # by who did not see the engine yet
                self._engine.stop()
            attempt = self._attempt()
            self._engine.run(attempt, seconds)
            if not attempt.done():
                raise BrowserCrashed("The browser was closed.")
            attempt.result()
        except MachineFault as fault:
            _log.info("%s: %s", found.path, fault)
            return fault
        return None

    def _attempt(self) -> Future[None]:
        """Return what is settled by the start of one browser; when that has started, so has this."""
        attempt: Future[None] = Future()
        attempt.add_done_callback(lambda done: None if done.exception() else self._started.set_result(None))
        return attempt

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
