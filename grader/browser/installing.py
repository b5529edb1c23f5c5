"""Gets a browser: ``grader doctor --install``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from grader.browser.finding import Found, find
from grader.machine.packages import apt_install, run_shown
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable

_DEBIAN_PACKAGES = ("chromium-headless-shell", "chromium")


def install(echo: Callable[[str], None]) -> Found:
    """Install a browser: Playwright's download, or where that fails the distribution's package.

    Parameters
    ----------
    echo
        Shows a line to the user; called with each command before it is run.

    Raises
    ------
    MachineFault
        Neither way gave a browser.

    """
    if not _from_playwright(echo):
        echo("Playwright's download did not work; trying the distribution's package.")
        _from_distribution(echo)
    return find()


def _from_playwright(echo: Callable[[str], None]) -> bool:
    download = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    with_system_packages = [*download[:4], "--with-deps", *download[4:]]
    if run_shown(with_system_packages, echo=echo):
        return True
    may_lack_only_root = sys.platform == "linux" and os.geteuid() != 0
    return may_lack_only_root and run_shown(download, echo=echo)


def _from_distribution(echo: Callable[[str], None]) -> None:
    if not any(_is_installed(name, echo) for name in _DEBIAN_PACKAGES):
        raise MachineFault(
            "No browser could be installed.",
            hint="Install Chromium, Chrome or Edge yourself; GRADER_BROWSER can name its program.",
        )


def _is_installed(name: str, echo: Callable[[str], None]) -> bool:
    try:
        apt_install(name, echo=echo)
    except MachineFault as fault:
        echo(fault.message)
        return False
    return True
