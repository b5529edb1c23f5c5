"""Starts Playwright's driver: apart from the terminal, with a temporary folder of its own, and in a jail if need be."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from grader.browser.jail import USER
from grader.machine.process_session import Session
from grader.machine.user_cache import cache_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.browser.jail import Jail

_TRIAL_SECONDS = 10
_MOST_SAID = 64 * 1024

if sys.platform == "win32":
    _PlatformLoop = asyncio.ProactorEventLoop
    _TEMPORARY = ("TEMP", "TMP")
    _APART = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    _PlatformLoop = asyncio.SelectorEventLoop
    _TEMPORARY = ("TMPDIR",)
    _APART = {"start_new_session": True}


class DriverLoop(_PlatformLoop):
    """An event loop that starts one process, the driver.

    Parameters
    ----------
    jail
        Where to start it, and what it starts; None for no place in particular.
    """

    def __init__(self, jail: Jail | None) -> None:
        super().__init__()
        self.starting: asyncio.Task[Any] | None = None
        self._jail = jail
        self._held: socket.socket | None = None
        """What tells the jail that there is still somebody who wants it."""
        self._trial: Sequence[str] = ()
        self._environment: Mapping[str, str] = {}
        self._folder: str | None = None
        # Node.js keeps the driver's compiled code here, which makes the start a tenth of a second shorter.
        self._code_cache = cache_folder() / ("driver-in-jail" if jail else "driver")
        self._has_code_cache = any(self._code_cache.glob("*/*"))

    @property
    def fills_code_cache(self) -> bool:
        """Whether the driver will write its compiled code when it ends by itself."""
        return not (self._has_code_cache or self._jail)

    async def subprocess_exec(self, *args: Any, **options: Any) -> Any:
        """Start the driver; Playwright calls this."""
        protocol, *command = args
        environment = {**(options.get("env") or os.environ), "NODE_COMPILE_CACHE": str(self._code_cache)}
        if self._jail:
            environment = self._jail.environment(environment)
            if not self._has_code_cache:
                _fill_code_cache(self._jail, command, self._code_cache, environment)
            self._trial = self._jail.command([*command[:-1], "--version"], self._code_cache, heard=True)
            command = self._jail.command(command, self._code_cache)
            self._held, theirs = socket.socketpair()
        else:
            self._trial = [*command[:-1], "--version"]
            # In macOS's own temporary folder, which has a long name, the name of Chromium's socket would be too long.
            short = "/tmp" if sys.platform == "darwin" else None  # noqa: S108 (mkdtemp makes it private)
            self._folder = tempfile.mkdtemp(prefix="grader-browser-", dir=short)
            environment.update(dict.fromkeys(_TEMPORARY, self._folder))
            theirs = None
        self._environment = environment
        # Ctrl-C is the grader's to handle, and nothing that the driver writes belongs on the terminal.
        options.update(_APART, stderr=theirs or subprocess.DEVNULL, env=environment)
        # Shielded, because asyncio leaves pipes open where it is interrupted while it starts a process.
        self.starting = asyncio.ensure_future(super().subprocess_exec(protocol, *command, **options))
        if theirs is not None:
            self.starting.add_done_callback(lambda _: theirs.close())
        return await asyncio.shield(self.starting)

    def let_go(self) -> None:
        """Have all that is in the jail end, however far it has come; from any thread."""
        if self._held is not None:
            self._held.close()

    def why_not(self) -> str:
        """Say why the driver does not start, by having it do next to nothing."""
        try:
            if self._jail:
                return _run_in_jail(self._trial, self._environment)
            tried = subprocess.run(
                self._trial,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_TRIAL_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        return tried.stderr.strip() or f"it ended with {tried.returncode}"

    def close(self) -> None:
        """Close it, and remove what driver and browser have written."""
        self.let_go()  # a driver that was started while all was put away
        super().close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def driver(self) -> asyncio.SubprocessTransport | None:
        """The driver's process, once it has been started; in a jail, that of the jail."""
        if self.starting is None or not self.starting.done() or self.starting.exception():
            return None
        transport: asyncio.SubprocessTransport = self.starting.result()[0]
        return transport


def _fill_code_cache(jail: Jail, driver: Sequence[str], code_cache: Path, environment: Mapping[str, str]) -> None:
    """Have a driver write its compiled code that ends before it has seen a page."""
    with suppress(OSError, subprocess.TimeoutExpired):
        code_cache.mkdir(parents=True, exist_ok=True)
        os.chown(code_cache, USER, USER)
        _run_in_jail(jail.command(driver, code_cache, writes_code_cache=True), environment)


def _run_in_jail(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run what ends by itself; return what it says on standard error, or how it ended."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = Session(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=theirs.fileno(),
                start_new_session=True,
            )
        try:
            process.wait(_TRIAL_SECONDS)
        finally:
            process.kill()
            process.wait()
        ours.setblocking(False)
        with suppress(BlockingIOError):
            said = ours.recv(_MOST_SAID).decode(errors="replace").strip()
            return said or f"it ended with {process.returncode}"
    return f"it ended with {process.returncode}"
