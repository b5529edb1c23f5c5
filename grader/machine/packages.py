"""Packages of the machine's own distribution: the browser and bubblewrap on Debian and Ubuntu."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

from grader.machine.programs import find_program
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def run_shown(command: Sequence[str], *, echo: Callable[[str], None], env: Mapping[str, str] | None = None) -> bool:
    """Show a command, run it with its output on the terminal, and say whether it succeeded."""
    echo("$ " + shlex.join(command))
    try:
        return subprocess.run(command, check=False, env={**os.environ, **(env or {})}).returncode == 0
    except OSError as error:
        echo(f"{command[0]}: {error.strerror}")
        return False


def as_root(command: Sequence[str]) -> list[str]:
    """Put ``sudo`` before a command where this user is not root and sudo is there."""
    if os.name == "posix" and os.geteuid() != 0 and find_program("sudo"):
        return ["sudo", *command]
    return list(command)


def apt_install(*names: str, echo: Callable[[str], None]) -> None:
    """Install packages of Debian or Ubuntu, all of them or none.

    Parameters
    ----------
    names
        The packages' names.
    echo
        Shows a line to the user; called with each command before it is run.

    Raises
    ------
    MachineFault
        There is no apt-get, or it failed.

    """
    apt = find_program("apt-get")
    if apt is None:
        raise MachineFault(
            f"{' and '.join(names)} cannot be installed here: this is neither Debian nor Ubuntu.",
            hint="Install it with your system's package manager.",
        )
    install = as_root([apt, "install", "--yes", "--no-install-recommends", *names])
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    # A fresh machine or container knows no packages before the first update.
    if run_shown(install, echo=echo, env=quiet):
        return
    if run_shown(as_root([apt, "update"]), echo=echo, env=quiet) and run_shown(install, echo=echo, env=quiet):
        return
    raise MachineFault(
        f"apt-get could not install {' and '.join(names)}.", hint=f"Run it by hand: {shlex.join(install)}"
    )
