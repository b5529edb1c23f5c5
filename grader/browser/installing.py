"""Gets a browser: ``grader doctor --install``."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

from grader.browser.trying_out import Working, try_out
from grader.machine.programs import find_program
from grader.machine.system_packages import apt_install, as_root, run_shown
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable

_DEBIAN_PACKAGES = ("chromium-headless-shell", "chromium")
_PROGRESS = re.compile(r"Downloading |\|.*% of|.* downloaded to ")
_ERROR = re.compile(r"(?:Error|error): (.+)")
_LONGEST = 160


def install(echo: Callable[[str], None]) -> Working:
    """Install a browser that opens a page: Playwright's download, what that lacks, or the distribution's package.

    Each is tried out before the next one is begun.  Where only root may go on and nobody can become root here, it is
    left at that: no password is asked for but by sudo, and by that only on a terminal.

    Parameters
    ----------
    echo
        Shows a line to the user; called with each command before it is run.

    Raises
    ------
    MachineFault
        No way gave one; says what is in the way, who can help, and what works without.
    """
    refusals: list[str] = []
    for way in (_from_playwright, _from_distribution):
        outcome = _try(way, echo)
        if isinstance(outcome, Working):
            return outcome
        refusals.append(outcome.message)
    raise MachineFault(
        f"No browser could be installed. {' '.join(dict.fromkeys(refusals))}",
        hint="Install Chrome, Chromium or Edge yourself, or ask whoever looks after this computer.",
    )


def _try(way: Callable[[Callable[[str], None]], Working], echo: Callable[[str], None]) -> Working | MachineFault:
    try:
        return way(echo)
    except MachineFault as fault:
        return fault


def _from_playwright(echo: Callable[[str], None]) -> Working:
    _download(echo)
    try:
        return try_out()
    except MachineFault as fault:
        if find_program("apt-get") is None:
            raise
        lacks = fault
    try:
        _add_libraries(echo)
    except MachineFault as fault:
        raise MachineFault(f"{lacks.message} {fault.message}") from fault
    return try_out()


def _from_distribution(echo: Callable[[str], None]) -> Working:
    refused: MachineFault | None = None
    for name in _DEBIAN_PACKAGES:
        refused = _refusal(name, echo)
        if refused is None:
            return try_out()
    raise refused or AssertionError


def _refusal(package: str, echo: Callable[[str], None]) -> MachineFault | None:
    """Install a package, or return why that cannot be."""
    try:
        apt_install(package, echo=echo)
    except MachineFault as fault:
        return fault
    return None


def _download(echo: Callable[[str], None]) -> None:
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    echo("$ python " + " ".join(command[1:]))
    # Playwright tries several times and then shows a stack of calls for each; what people need of it is one line.
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as running:
        said = []
        for line in running.stdout or ():
            if _PROGRESS.match(line):
                echo(line.rstrip())
            else:
                said.append(line)
    if running.returncode:
        found = _ERROR.search("".join(said))
        reason = found[1].strip()[:_LONGEST].rstrip(".") if found else f"it ended with {running.returncode}"
        raise MachineFault(f"The download from Playwright did not work: {reason}.")


def _add_libraries(echo: Callable[[str], None]) -> None:
    """Install what a downloaded browser needs of Debian or Ubuntu."""
    install = as_root([sys.executable, "-m", "playwright", "install-deps", "chromium"])
    if not run_shown(install, echo=echo):
        raise MachineFault("What it needs of the system could not be installed.")
