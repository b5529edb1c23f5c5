"""Finds an installed browser without starting anything."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.machine.programs import find_program
from grader.machine.user_cache import user_cache
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SETTING = "GRADER_BROWSER"
HOW_TO_GET_ONE = "Get one with: grader doctor --install"
_STUB_SIZE = 64 * 1024
_PLAYWRIGHTS_PROGRAMS = {
    "linux": ("chrome-*/chrome-headless-shell", "chrome-*/headless_shell", "chrome-*/chrome"),
    "darwin": ("chrome-*/chrome-headless-shell", "chrome-*/headless_shell", "chrome-*/*.app/Contents/MacOS/*"),
    "win32": ("chrome-*/chrome-headless-shell.exe", "chrome-*/headless_shell.exe", "chrome-*/chrome.exe"),
}


@dataclass(frozen=True)
class FoundBrowser:
    """An installed browser.

    Parameters
    ----------
    kind
        ``chromium``, ``chrome`` or ``edge``.
    """

    path: Path
    kind: str


def is_set() -> bool:
    """Whether the user has said which browser to use, so that no other one will be."""
    return bool(os.environ.get(SETTING))


def find() -> FoundBrowser:
    """Find the best browser on this machine; see `find_all`."""
    return find_all()[0]


def find_all() -> list[FoundBrowser]:
    """Find the browsers on this machine, the best first: the headless shell, then the rest; or the one that is set.

    Raises
    ------
    MachineFault
        There is none, or ``GRADER_BROWSER`` names what is none.
    """
    chosen = os.environ.get(SETTING)
    if chosen:
        return [_describe(_chosen(chosen))]
    there = [path for path in _candidates() if _is_program(path) and not _is_stub(path)]
    if not there:
        raise MachineFault(_none(), hint=HOW_TO_GET_ONE)
    return [_describe(path) for path in _once(there)]


def _chosen(setting: str) -> Path:
    """Return the program that the user has set, and none other."""
    path = Path(setting).expanduser().absolute()
    reason = "is not there"
    if path.is_dir():
        reason = "is a folder, not a program"
    elif path.is_file() and os.access(path, os.X_OK):
        return path
    elif path.exists():
        reason = "is not a program that may be run"
    raise MachineFault(f"The browser that {SETTING} names, {setting}, {reason}.", hint=f"Correct or unset {SETTING}.")


def _once(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each program once, by the first of its names."""
    seen: set[Path] = set()
    for path in paths:
        if (real := path.resolve()) not in seen:
            seen.add(real)
            yield path


def _none() -> str:
    """Say that there is no browser, and of what looks like one why it is none."""
    stubs = [path for path in _candidates() if _is_program(path) and _is_stub(path)]
    what = "No Chromium, Chrome or Edge was found on this machine."
    return f"{what} {stubs[0]} does not count: snap's browsers cannot be driven from outside." if stubs else what


def _candidates() -> Iterator[Path]:
    """Yield where this system's browsers may be, and none of another's: under Wine, Linux's folders are there."""
    here = {"win32": _windows_places, "darwin": _mac_places}.get(sys.platform)
    if not here:
        yield Path("/usr/lib/chromium/chromium-headless-shell")  # Debian's chromium-headless-shell
    yield from _on_path("chromium-headless-shell", "chrome-headless-shell")
    yield from _playwrights_own("chromium_headless_shell")
    yield from _playwrights_own("chromium")
    yield from (here or _linux_places)()


def _on_path(*names: str) -> Iterator[Path]:
    for name in names:
        found = find_program(name)
        if found:
            yield Path(found)


def _playwrights_own(family: str) -> Iterator[Path]:
    """Programs that ``playwright install`` has downloaded, newest first."""
    programs = _PLAYWRIGHTS_PROGRAMS.get(sys.platform, _PLAYWRIGHTS_PROGRAMS["linux"])
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


def _linux_places() -> Iterator[Path]:
    yield Path("/usr/lib/chromium/chromium")  # behind Debian's shell script, which cannot be ended with the rest
    yield Path("/opt/google/chrome/chrome")
    yield Path("/opt/microsoft/msedge/msedge")
    yield from _on_path("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")


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


def _describe(path: Path) -> FoundBrowser:
    name = path.name.lower()
    kind = "edge" if "edge" in name else "chrome" if "google" in str(path).lower() else "chromium"
    return FoundBrowser(path, kind)
