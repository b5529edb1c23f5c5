"""Playwright, its driver and Chromium; runs on the browser's own thread and is imported there."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import psutil
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from grader.browser.finding import user_cache
from grader.browser.processes import end, family
from grader.browser.session import BrowserCrashed
from grader.browser.tab import Tab
from grader.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from concurrent.futures import Future
    from typing import TypeVar

    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Playwright

    from grader.browser.finding import Found
    from grader.browser.launching import Sandbox

    _T = TypeVar("_T")

# A proxy that does not exist: what does not go to the app's own origin has nowhere to go.  Chromium enforces it for
# all of HTTP and WebSockets, in workers too, and unlike interception it costs no round trip.
_NOWHERE = "http://nowhere.invalid:1"

_SWITCHES = [
    # The app listens on 127.0.0.1 alone, and no name is looked up for anyone.
    "--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND",
    # WebRTC is UDP, which goes by no HTTP proxy.  The headless shell knows the first name, Chrome the second.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    # The headless shell's pop-up blocker; Chrome has its own, which Playwright would turn off.
    "--block-new-web-contents",
    "--deny-permission-prompts",
    "--js-flags=--max-old-space-size=256",
]
# The second: a page may not keep the browser itself busy, with a hundred thousand entries in its history for example.
_UNWANTED_SWITCHES = ["--disable-popup-blocking", "--disable-ipc-flooding-protection"]
_WIDTH, _HEIGHT = 640, 360
_MOST_CLOSING = 8
_WIND_UP_SECONDS = 0.2
_END_SECONDS = 0.6
_LOOK_SECONDS = 0.002

_SANDBOX_REFUSED = re.compile(r"sandbox", re.IGNORECASE)
_NO_SANDBOX = "Chromium's sandbox cannot be used on this machine."
_NO_SANDBOX_HINT = (
    "The kernel or AppArmor refuses unprivileged user namespaces. Install Google Chrome, which Ubuntu lets have them, "
    "or allow them: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
)

if sys.platform == "win32":
    _PlatformLoop = asyncio.ProactorEventLoop
    _TEMPORARY = ("TEMP", "TMP")
    _APART = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    _PlatformLoop = asyncio.SelectorEventLoop
    _TEMPORARY = ("TMPDIR",)
    _APART = {"start_new_session": True}


class _Loop(_PlatformLoop):
    """Starts one process, Playwright's driver: apart from the terminal, with a temporary folder of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.starting: asyncio.Task[Any] | None = None
        # In macOS's own temporary folder, which has a long name, the name of Chromium's socket would be too long.
        short = "/tmp" if sys.platform == "darwin" else None  # noqa: S108 (mkdtemp makes it private)
        self.folder = tempfile.mkdtemp(prefix="grader-browser-", dir=short)
        # Node.js keeps the driver's compiled code here, which makes the start a tenth of a second shorter.
        self.code_cache = user_cache() / "flask-activity-grader" / "driver"

    async def subprocess_exec(self, *args: Any, **options: Any) -> Any:
        # Ctrl-C is the grader's to handle, and nothing that the driver writes belongs on the terminal.
        options.update(_APART, stderr=subprocess.DEVNULL)
        options["env"] = {
            **(options.get("env") or os.environ),
            **dict.fromkeys(_TEMPORARY, self.folder),
            "NODE_COMPILE_CACHE": str(self.code_cache),
        }
        # Shielded, because asyncio leaves pipes open where it is interrupted while it starts a process.
        self.starting = asyncio.ensure_future(super().subprocess_exec(*args, **options))
        return await asyncio.shield(self.starting)

    @property
    def driver(self) -> asyncio.SubprocessTransport | None:
        """The driver's process, once it has been started."""
        if self.starting is None or not self.starting.done() or self.starting.exception():
            return None
        transport: asyncio.SubprocessTransport = self.starting.result()[0]
        return transport


class Engine:
    """Playwright, its driver and Chromium, and the event loop on which all of their work is done."""

    def __init__(self, found: Found, sandbox: Sandbox) -> None:
        self._found = found
        self._sandbox = sandbox
        self._loop = _Loop()
        # What nobody waits for any more, after a crash, is no news to the user.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._chromium: Chromium | None = None
        self._processes: list[psutil.Process] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._fills_cache = not any(self._loop.code_cache.glob("*/*"))
        self.sandboxed = False

    def run(self, started: Future[None]) -> None:
        """Start everything, settle ``started``, and serve until `stop`."""
        asyncio.set_event_loop(self._loop)
        self._settle(self._start(), started)
        try:
            self._loop.run_forever()
        finally:
            self._wind_up()

    def stop(self) -> None:
        """End processes and loop, from any thread."""
        end(self._processes[1:] if self._fills_cache else self._processes)
        with suppress(RuntimeError):  # closed already
            self._loop.call_soon_threadsafe(self._loop.stop)

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
        context = await self._chromium.new_context(
            accept_downloads=False,
            # "<-loopback>" takes back the exception that a proxy otherwise makes for all of localhost.
            proxy={"server": _NOWHERE, "bypass": f"<-loopback>,{origin.partition('://')[2]}"},
            service_workers="block",
            viewport={"width": _WIDTH, "height": _HEIGHT},
        )
        tab = Tab(context, origin, is_alive=lambda: self.is_alive)
        await tab.ready_page()
        return tab

    def throw_away(self, tab: Tab) -> None:
        """Close a tab's profile in the background, from any thread."""

        def begin() -> None:
            closing = self._loop.create_task(tab.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

        with suppress(RuntimeError):  # the loop is closed, and so is the tab
            self._loop.call_soon_threadsafe(begin)

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

    async def _start(self) -> None:
        try:
            playwright = await async_playwright().start()
            self._remember_processes()
            self._chromium = await self._launch(playwright)
        except PlaywrightError as error:
            raise MachineFault(f"{self._found.path} does not start: {_reason(error)}", hint="grader doctor") from error
        # Chromium outlives a driver that is killed, so its processes are remembered too.  `_settle` comes first.
        self._loop.call_soon(self._remember_processes)

    async def _launch(self, playwright: Playwright) -> Chromium:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        if self._sandbox == "required" and is_root:
            raise MachineFault("Chromium has no sandbox under root.", hint="Run the grader as an ordinary user.")
        if self._sandbox != "off" and not is_root:
            try:
                chromium = await self._launch_once(playwright, sandbox=True)
            except PlaywrightError as error:
                if not _SANDBOX_REFUSED.search(str(error)):
                    raise
                if self._sandbox == "required":
                    raise MachineFault(_NO_SANDBOX, hint=_NO_SANDBOX_HINT) from error
            else:
                self.sandboxed = True
                return chromium
        return await self._launch_once(playwright, sandbox=False)

    async def _launch_once(self, playwright: Playwright, *, sandbox: bool) -> Chromium:
        return await playwright.chromium.launch(
            executable_path=self._found.path,
            chromium_sandbox=sandbox,
            args=_SWITCHES,
            ignore_default_args=_UNWANTED_SWITCHES,
        )

    def _remember_processes(self) -> None:
        if self._loop.driver is not None:
            with suppress(psutil.Error):
                self._processes.append(psutil.Process(self._loop.driver.get_pid()))
        self._processes = family(self._processes)

    def _wind_up(self) -> None:
        self._remember_processes()
        end(self._processes[1:] if self._fills_cache else self._processes)
        self._loop.run_until_complete(self._let_go())
        end(self._processes)
        self._loop.close()
        shutil.rmtree(self._loop.folder, ignore_errors=True)

    async def _let_go(self) -> None:
        """Let the loop see that the processes are gone, so that nothing complains later."""
        if self._loop.starting is not None:
            await asyncio.wait([self._loop.starting], timeout=_WIND_UP_SECONDS)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_WIND_UP_SECONDS)
        driver = self._loop.driver
        if driver is not None:
            if self._fills_cache:  # which the driver does when it ends by itself
                cast("asyncio.WriteTransport", driver.get_pipe_transport(0)).close()
                await _wait_for_end(driver)
            with suppress(ProcessLookupError):
                driver.kill()
            await _wait_for_end(driver, _END_SECONDS)  # else asyncio is surprised that `close` hears of it first
            driver.close()
            await asyncio.sleep(_LOOK_SECONDS)


async def _wait_for_end(process: asyncio.SubprocessTransport, seconds: float = _WIND_UP_SECONDS) -> None:
    give_up = time.monotonic() + seconds
    while process.get_returncode() is None and time.monotonic() < give_up:  # noqa: ASYNC110 (nothing public tells)
        await asyncio.sleep(_LOOK_SECONDS)


def _reason(error: PlaywrightError) -> str:
    """Pick from Playwright's long report what Chromium itself said."""
    lines = [line.strip(" -<>") for line in str(error).splitlines()]
    said = [line.partition("[err]")[2].strip() for line in lines if "[err]" in line]
    return "; ".join(filter(None, said[:3])) or lines[0]
