"""Packages of the machine's own distribution: the browser and bubblewrap on Debian and Ubuntu."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

from grader.machine.programs import find_program
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SUDO_SECONDS = 10


def run_shown(command: Sequence[str], *, echo: Callable[[str], None], env: Mapping[str, str] | None = None) -> bool:
    """Show a command, run it with its output on the terminal, and say whether it succeeded."""
    echo("$ " + shlex.join(command))
    try:
        return subprocess.run(command, check=False, env={**os.environ, **(env or {})}).returncode == 0
    except OSError as error:
        echo(f"{command[0]}: {error.strerror}")
        return False


def as_root(command: Sequence[str]) -> list[str]:
    """Return what runs a command as root: itself where this user is root, else with ``sudo``.

    Raises `MachineFault`: this user is not root and cannot become root: there is no sudo, or it wants a password and
    nobody is there to type it.
    """
    if os.name != "posix" or os.geteuid() == 0:
        return list(command)
    if not _has_sudo():
        raise MachineFault("Packages of the system can be installed by its administrator only.")
    return ["sudo", *command]


def _has_sudo() -> bool:
    sudo = find_program("sudo")
    if sudo is None:
        return False
    if sys.stdin is not None and sys.stdin.isatty():
        return True  # it asks for the password
    quietly = [sudo, "-n", "true"]
    try:
        return subprocess.run(quietly, capture_output=True, check=False, timeout=_SUDO_SECONDS).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def apt_install(*names: str, echo: Callable[[str], None]) -> None:
    """Install packages of Debian or Ubuntu, all of them or none.

    `echo` shows a line to the user; it is called with each command before that is run.  Raises `MachineFault`: there is
    no apt-get, this user may not use it, or it failed; the hint says who can do what.
    """
    apt = find_program("apt-get")
    if apt is None:
        raise MachineFault(
            f"{' and '.join(names)} cannot be installed here: this is neither Debian nor Ubuntu.",
            hint="Install it with your system's package manager.",
        )
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *names]

    def run(command: Sequence[str]) -> bool:
        return run_shown(as_root(command), echo=echo, env={"DEBIAN_FRONTEND": "noninteractive"})

    try:
        # A fresh machine or container knows no packages before the first update.
        if run(install) or (run(["apt-get", "update"]) and run(install)):
            return
    except MachineFault as fault:
        raise MachineFault(fault.message, hint=f"An administrator can run: {shlex.join(install)}") from fault
    raise MachineFault(f"apt-get could not install {' and '.join(names)}.", hint="What it said stands above.")
