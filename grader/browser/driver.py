"""Starts Playwright's driver: apart from the terminal, with a temporary folder of its own, and in a jail if need be."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from grader.browser.finding import user_cache
from grader.browser.jail import USER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.browser.jail import Jail

_TRIAL_SECONDS = 10

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
        self._command: Sequence[str] = ()
        # In macOS's own temporary folder, which has a long name, the name of Chromium's socket would be too long.
        short = "/tmp" if sys.platform == "darwin" else None  # noqa: S108 (mkdtemp makes it private)
        self._folder = None if jail else tempfile.mkdtemp(prefix="grader-browser-", dir=short)
        # Node.js keeps the driver's compiled code here, which makes the start a tenth of a second shorter.
        self._code_cache = user_cache() / "flask-activity-grader" / ("driver-in-jail" if jail else "driver")
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
            command = self._jail.command(command, self._code_cache)
        else:
            environment.update(dict.fromkeys(_TEMPORARY, self._folder))
        self._command = command
        # Ctrl-C is the grader's to handle, and nothing that the driver writes belongs on the terminal.
        options.update(_APART, stderr=subprocess.DEVNULL, env=environment)
        # Shielded, because asyncio leaves pipes open where it is interrupted while it starts a process.
        self.starting = asyncio.ensure_future(super().subprocess_exec(protocol, *command, **options))
        return await asyncio.shield(self.starting)

    def why_not(self) -> str:
        """Say why the driver does not start, by having it do next to nothing."""
        try:
            tried = subprocess.run(
                [*self._command[:-1], "--version"],
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

    def remove_folder(self) -> None:
        """Remove what driver and browser have written."""
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
        subprocess.run(
            jail.command(driver, code_cache, writes_code_cache=True),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TRIAL_SECONDS,
            check=False,
        )
