"""Finds an installed browser without starting anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.machine.programs import find_program
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTING = "GRADER_BROWSER"
_STUB_SIZE = 64 * 1024


@dataclass(frozen=True)
class Found:
    """An installed browser.

    Parameters
    ----------
    kind
        ``chromium``, ``chrome`` or ``edge``.
    is_headless_shell
        The small build without a user interface; it does the same visits in half the time.

    """

    path: Path
    kind: str
    is_headless_shell: bool


def find() -> Found:
    """Find the best browser on this machine: what ``GRADER_BROWSER`` names, else the headless shell, else the rest.

    Raises
    ------
    MachineFault
        There is none.

    """
    chosen = os.environ.get(SETTING)
    if chosen:
        path = Path(chosen).expanduser()
        if not _is_program(path):
            raise MachineFault(
                f"{SETTING} names {chosen}, which is not a program.", hint=f"Correct or unset {SETTING}."
            )
        return _describe(path)
    for path in _candidates():
        if _is_program(path) and not _is_stub(path):
            return _describe(path)
    raise MachineFault("No Chromium, Chrome or Edge was found on this machine.", hint="grader doctor --install")


def version(found: Found) -> str | None:
    """Ask a browser for its version, for example ``156.0.7001.2``; None where it does not say."""
    if sys.platform == "win32":
        # Chrome on Windows opens a window instead; its folder is named after the version.
        names = (entry.name for entry in found.path.parent.iterdir() if entry.is_dir())
        return max((name for name in names if re.fullmatch(r"\d+(\.\d+){3}", name)), default=None)
    try:
        said = subprocess.run(
            [found.path, "--version"], capture_output=True, text=True, errors="replace", timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = re.search(r"\d+(\.\d+)+", said.stdout)
    return number[0] if number else None


def _candidates() -> Iterator[Path]:
    yield Path("/usr/lib/chromium/chromium-headless-shell")  # Debian's chromium-headless-shell
    yield from _on_path("chromium-headless-shell", "chrome-headless-shell")
    yield from _playwrights_own("chromium_headless_shell")
    yield from _playwrights_own("chromium")
    if sys.platform == "darwin":
        yield from _mac_places()
    elif sys.platform == "win32":
        yield from _windows_places()
    else:
        yield Path("/usr/lib/chromium/chromium")  # behind Debian's shell script, which cannot be ended with the rest
        yield Path("/opt/google/chrome/chrome")
        yield Path("/opt/microsoft/msedge/msedge")
        yield from _on_path("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")


def _on_path(*names: str) -> Iterator[Path]:
    for name in names:
        found = find_program(name)
        if found:
            yield Path(found)


def _playwrights_own(family: str) -> Iterator[Path]:
    """Programs that ``playwright install`` has downloaded, newest first."""
    programs = (
        "chrome-*/chrome-headless-shell",
        "chrome-*/headless_shell",
        "chrome-*/chrome-headless-shell.exe",
        "chrome-*/chrome",
        "chrome-*/chrome.exe",
        "chrome-*/*.app/Contents/MacOS/*",
    )
    folders = [folder for cache in _playwright_caches() for folder in cache.glob(f"{family}-*")]
    for folder in sorted(folders, key=_revision, reverse=True):
        for program in programs:
            yield from sorted(folder.glob(program))


def _revision(folder: Path) -> int:
    number = folder.name.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


def _playwright_caches() -> Iterator[Path]:
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if not chosen:
        yield user_cache() / "ms-playwright"
    elif chosen != "0":  # which means inside the package, and that is not imported here
        yield Path(chosen).expanduser()


def user_cache() -> Path:
    """Where this system's programs keep what they can make again."""
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _mac_places() -> Iterator[Path]:
    for name in ("Chromium", "Google Chrome", "Microsoft Edge"):
        for root in (Path("/Applications"), Path.home() / "Applications"):
            yield root / f"{name}.app/Contents/MacOS/{name}"


def _windows_places() -> Iterator[Path]:
    roots = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
    for program in ("Chromium/Application/chrome.exe", "Google/Chrome/Application/chrome.exe"):
        yield from (Path(root) / program for root in roots if root)
    yield from (Path(root) / "Microsoft/Edge/Application/msedge.exe" for root in roots if root)


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _is_stub(path: Path) -> bool:
    """Tell Ubuntu's chromium-browser, a script that only asks to install the snap, from a browser.

    The snap itself is refused as well: it is confined to its own view of /tmp and of the pipes Playwright needs.
    """
    if "snap" in path.resolve().parts:
        return True
    with path.open("rb") as program:
        start = program.read(_STUB_SIZE)
    return start.startswith(b"#!") and b"snap" in start


def _describe(path: Path) -> Found:
    name = path.name.lower()
    kind = "edge" if "edge" in name else "chrome" if "google" in str(path).lower() else "chromium"
    return Found(path, kind, is_headless_shell="headless" in name)
