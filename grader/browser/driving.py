"""Playwright, its driver and Chromium; runs on the browser's own thread and is imported there."""

from __future__ import annotations

import asyncio
import os
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import psutil
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from grader.browser.driver import DriverLoop
from grader.browser.jail import AS_A_USER, jail_for
from grader.browser.jail_network import Network
from grader.browser.shown_page import BrowserCrashed
from grader.browser.tab import Tab
from grader.browser.why_not import does_not_start, hangs
from grader.machine.clock import Deadline
from grader.machine.installation import how_to_reinstall
from grader.machine.killing import end, with_descendants
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from concurrent.futures import Future
    from typing import TypeVar

    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Playwright

    from grader.browser.installed import FoundBrowser

    _T = TypeVar("_T")

# A proxy that does not exist: what does not go to the app's own origin has nowhere to go.  Chromium enforces it for
# all of HTTP and WebSockets, in workers too, and unlike interception it costs no round trip.
_NOWHERE = "http://nowhere.invalid:1"

# Chromium takes the last list of features alone.
_PLAYWRIGHTS_FEATURES = "CDPScreenshotNewSurface,SkipListAccountsWithoutGaiaCookies"
_SWITCHES = [
    # The app listens on 127.0.0.1 alone, and no name is looked up for anyone.
    "--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND",
    # WebRTC is UDP, which goes by no HTTP proxy.  The headless shell knows the first name, Chrome the second.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    # The headless shell's pop-up blocker; Chrome has its own, which Playwright would turn off.
    "--block-new-web-contents",
    "--deny-permission-prompts",
    # Small scripts: threads that compile and clear up beside them cost more than they save.
    "--js-flags=--max-old-space-size=256 --single-threaded",
]
# Processes of their own, of which the jail has no need: nothing of anybody's is in it.
_SWITCHES_IN_JAIL = ["--in-process-gpu", f"--enable-features=NetworkServiceInProcess2,{_PLAYWRIGHTS_FEATURES}"]
# The second: a page may not keep the browser itself busy, with a hundred thousand entries in its history for example.
_UNWANTED_SWITCHES = ["--disable-popup-blocking", "--disable-ipc-flooding-protection"]
_WIDTH, _HEIGHT = 640, 360
_MOST_CLOSING = 8
_WIND_UP_SECONDS = 0.2
_FORK_SECONDS = 5  # on a busy machine; `Browser.close` does not wait for it
_END_SECONDS = 0.6
_LOOK_SECONDS = 0.002
_LONGEST_REASON = 300

_SANDBOX_REFUSED = re.compile(r"sandbox", re.IGNORECASE)


class Engine:
    """Playwright, its driver and Chromium, and the event loop on which all of their work is done."""

    def __init__(self, found: FoundBrowser) -> None:
        self._found = found
        self._jail = jail_for(found)
        self._loop = DriverLoop(self._jail)
        # What nobody waits for any more, after a crash, is no news to the user.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._chromium: Chromium | None = None
        self._processes: list[psutil.Process] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._network: Network | None = None
        self._is_serving = False
        self.sandboxed = False

    def run(self, started: Future[None], seconds: float) -> None:
        """Start everything, in so many fair seconds, settle ``started``, and serve until `stop` if it did start."""
        asyncio.set_event_loop(self._loop)
        self._is_serving = True
        started.add_done_callback(lambda done: self._leave() if done.exception() else None)
        self._settle(self._start_within(seconds), started)
        try:
            self._loop.run_forever()
        finally:
            self._is_serving = False
            self._wind_up()

    def _leave(self) -> None:
        """Stop serving; who asks for it while all is put away must not stop the loop in which that happens."""
        if self._is_serving:
            self._loop.stop()

    def stop(self) -> None:
        """End processes and loop, from any thread."""
        self._end_processes()
        with suppress(RuntimeError):  # closed already
            self._loop.call_soon_threadsafe(self._leave)

    def submit(self, work: Coroutine[Any, Any, _T], answer: Future[_T]) -> None:
        """Have a coroutine run, from any thread."""
        self._loop.call_soon_threadsafe(self._settle, work, answer)

    @property
    def version(self) -> str:
        """Chromium's."""
        return self._chromium.version if self._chromium else ""

    @property
    def is_alive(self) -> bool:
        """Whether driver and Chromium are both there, as far as is known."""
        driver, chromium = self._loop.driver, self._chromium
        return bool(driver and driver.get_returncode() is None and chromium and chromium.is_connected())

    async def open(self, origin: str) -> Tab:
        """Make a fresh profile with one empty page."""
        if len(self._closing) >= _MOST_CLOSING:
            await asyncio.wait(self._closing, return_when=asyncio.FIRST_COMPLETED)
        if self._chromium is None:
            raise AssertionError("opened before the start")
        if self._network:
            await self._network.open(origin)
        context = await self._chromium.new_context(
            accept_downloads=False,
            # "<-loopback>" takes back the exception that a proxy otherwise makes for all of localhost.
            proxy={"server": _NOWHERE, "bypass": f"<-loopback>,{origin.partition('://')[2]}"},
            service_workers="block",
            viewport={"width": _WIDTH, "height": _HEIGHT},
        )
        tab = Tab(context, origin, is_alive=lambda: self.is_alive, is_app_gone=lambda: self._is_gone(origin))
        await tab.ready_page()
        return tab

    def throw_away(self, tab: Tab) -> None:
        """Close a tab's profile in the background, from any thread."""

        def begin() -> None:
            closing = self._loop.create_task(self._close(tab))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

        with suppress(RuntimeError):  # the loop is closed, and so is the tab
            self._loop.call_soon_threadsafe(begin)

    async def _close(self, tab: Tab) -> None:
        await tab.close()
        if self._network:
            self._network.close(tab.origin)

    def _is_gone(self, origin: str) -> bool:
        return self._network is not None and self._network.has_refused(origin)

    def _settle(self, work: Coroutine[Any, Any, _T], answer: Future[_T]) -> None:
        async def settle() -> None:
            try:
                answer.set_result(await work)
            except PlaywrightError as error:
                answer.set_exception(BrowserCrashed(str(error).partition("\n")[0]))
            except asyncio.CancelledError:
                answer.set_exception(BrowserCrashed("The browser was closed."))
            except Exception as error:  # noqa: BLE001 (raised again where the answer is waited for)
                answer.set_exception(error)

        task = self._loop.create_task(settle())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start_within(self, seconds: float) -> None:
        """Start everything, or say that it hangs; Playwright's own deadline counts a slow machine's time, too."""
        deadline = Deadline(seconds)
        starting = self._loop.create_task(self._start())
        while not (await asyncio.wait([starting], timeout=deadline.step))[0]:
            if deadline.expired:
                raise hangs(self._found, seconds)
        await starting

    async def _start(self) -> None:
        try:
            playwright = await self._start_driver()
            self._chromium = await self._launch(playwright)
        except PlaywrightError as error:
            raise does_not_start(self._found, str(error)) from error
        # Chromium outlives a driver that is killed, so its processes are remembered too.  `_settle` comes first.
        self._loop.call_soon(self._remember_processes)

    async def _start_driver(self) -> Playwright:
        try:
            playwright = await async_playwright().start()
        except Exception as error:
            driver = self._loop.driver
            if driver is None or not await _has_ended(driver, _END_SECONDS):
                raise
            message = f"The browser's driver does not start: {self._loop.why_not()[:_LONGEST_REASON]}"
            raise MachineFault(message, hint=AS_A_USER if self._jail else how_to_reinstall("playwright")) from error
        self._remember_processes()
        if self._jail:
            self._network = Network(self._processes[-1].pid)
        return playwright

    async def _launch(self, playwright: Playwright) -> Chromium:
        is_bare_root = hasattr(os, "geteuid") and os.geteuid() == 0 and not self._jail
        if not is_bare_root:
            try:
                chromium = await self._launch_once(playwright, sandbox=True)
            except PlaywrightError as error:
                if not _SANDBOX_REFUSED.search(str(error)):
                    raise
            else:
                self.sandboxed = True
                return chromium
        return await self._launch_once(playwright, sandbox=False)

    async def _launch_once(self, playwright: Playwright, *, sandbox: bool) -> Chromium:
        return await playwright.chromium.launch(
            executable_path=self._jail.browser if self._jail else self._found.path,
            chromium_sandbox=sandbox,
            args=[*_SWITCHES, *(_SWITCHES_IN_JAIL if self._jail else [])],
            timeout=0,
            ignore_default_args=_UNWANTED_SWITCHES,
        )

    def _remember_processes(self) -> None:
        if self._loop.driver is not None:
            with suppress(psutil.Error):
                self._processes.append(psutil.Process(self._loop.driver.get_pid()))
        self._processes = with_descendants(self._processes)

    def _wind_up(self) -> None:
        self._remember_processes()
        self._end_processes()
        if self._network:
            self._network.leave()
        try:
            self._loop.run_until_complete(self._let_go())
        finally:
            end(self._processes)
            self._loop.close()

    def _end_processes(self) -> None:
        self._loop.let_go()
        end(self._processes[1:] if self._loop.fills_code_cache else self._processes)

    async def _let_go(self) -> None:
        """Let the loop see that the processes are gone, so that nothing complains later."""
        if self._loop.starting is not None:
            await asyncio.wait([self._loop.starting], timeout=_FORK_SECONDS)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_WIND_UP_SECONDS)
        driver = self._loop.driver
        if driver is not None:
            if self._loop.fills_code_cache:  # which the driver does when it ends by itself
                cast("asyncio.WriteTransport", driver.get_pipe_transport(0)).close()
                await _has_ended(driver, _WIND_UP_SECONDS)
            with suppress(psutil.Error):
                end([psutil.Process(driver.get_pid())])
            await _has_ended(driver, _END_SECONDS)  # else asyncio is surprised that `close` hears of it first
            driver.close()
            await asyncio.sleep(_LOOK_SECONDS)


async def _has_ended(process: asyncio.SubprocessTransport, seconds: float) -> bool:
    """Wait for the end of a process, but not for long."""
    give_up = time.monotonic() + seconds
    while process.get_returncode() is None and time.monotonic() < give_up:  # noqa: ASYNC110 (nothing public tells)
        await asyncio.sleep(_LOOK_SECONDS)
    return process.get_returncode() is not None
