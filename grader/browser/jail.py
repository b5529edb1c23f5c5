"""The jail around driver and browser under root, for whom Chromium has no sandbox of its own.

In it they are somebody else, in namespaces of their own.  For that user Chromium's sandbox can be on: then a page has
two walls to get through, and behind the second one there is nothing of anybody's.
"""

from __future__ import annotations

import os
import shlex
import stat
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from grader.browser.jail_network import can_enter_networks
from grader.machine.bubblewrap import guarded, sandbox_wall, scratch_folder, system_files
from grader.machine.programs import find_program
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.browser.installed import FoundBrowser

# Nobody has this number.  Root's own, with which apps run in their sandbox, would not do: Chromium's sandbox needs a
# /proc that can be written to and namespaces to make, and there the kernel lets root's number change its settings.
USER = 65533
AS_A_USER = "Run the grader as an ordinary user."
_TEMPORARY = "/tmp"  # noqa: S108 (the jail's own)
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 (the jail's own)
_MOST_WRITTEN = 1024 * 1024 * 1024  # profiles, and what Chromium's processes hand to each other
_THERE = {PurePosixPath("/"), PurePosixPath("/tmp")}  # noqa: S108
_FOR_ALL = ("--perms", "1777")
_KEPT = ("LANG", "LANGUAGE", "LC_ALL", "TZ")
_AS_USER = (
    *("setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups"),
    *("--inh-caps", "-all", "--ambient-caps", "-all", "--bounding-set", "-all", "--no-new-privs"),
)
_DRIVERS = ("PW_", "NODE_COMPILE_CACHE")


@dataclass(frozen=True)
class Jail:
    """Where driver and browser are started.

    Parameters
    ----------
    browser
        Chromium's program.
    recent
        Whether this bubblewrap bounds what is written.
    """

    browser: Path
    recent: bool

    def command(
        self, driver: Sequence[str], code_cache: Path, *, writes_code_cache: bool = False, heard: bool = False
    ) -> list[str]:
        """Return the command that starts Playwright's driver in here; how it is to be started says `guarded`.

        Parameters
        ----------
        driver
            What would start it outside: Node.js, the driver's program, and what that is to do.
        code_cache
            Where the driver's compiled code lies.
        writes_code_cache
            Whether that may change: not where pages are visited, which could leave something for the next driver.
        heard
            Whether the driver's standard error is kept.

        Raises
        ------
        MachineFault
            What is to be started is not for everybody.
        """
        node, program, *_ = driver
        for path in (self.browser, self.browser.parent, Path(node), Path(program)):
            _must_be_for_all(path)
        return [
            *(find_program("bwrap") or "bwrap", "--as-pid-1", "--new-session", "--hostname", "localhost"),
            *("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try"),
            *("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"),
            *("--proc", "/proc", "--dev", "/dev"),
            *(*_FOR_ALL, *scratch_folder(_SHARED_MEMORY, _MOST_WRITTEN, self.recent)),
            *(*_FOR_ALL, *scratch_folder(_TEMPORARY, _MOST_WRITTEN, self.recent)),
            *_folders_above("/etc/*"),
            *system_files(),
            *_show("/etc/fonts"),
            *_show("/var/cache/fontconfig"),
            *_show(node),
            *_show(str(Path(program).parent)),
            *_show(_with_its_files(self.browser)),
            *_show(str(code_cache), "--bind" if writes_code_cache else "--ro-bind-try"),
            *("--remount-ro", "/", "--chdir", "/"),
            *guarded([*_AS_USER, *driver], heard=heard),
        ]

    @staticmethod
    def environment(outside: Mapping[str, str]) -> dict[str, str]:
        """Return the environment in here: what is for the driver, and how to write and what time it is."""
        kept = {name: value for name, value in outside.items() if name in _KEPT or name.startswith(_DRIVERS)}
        return kept | {"PATH": os.defpath, "HOME": _TEMPORARY}


def jail_for(found: FoundBrowser) -> Jail | None:
    """Return the jail that a browser is started in.

    None for ordinary users, whom Chromium's own sandbox serves; and under root where this machine has no sandbox at
    all, so that only what the user trusts is graded.

    Raises
    ------
    MachineFault
        There is a sandbox for apps, but none for the browser.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        return None
    wall = sandbox_wall()
    if not wall.works:
        return None
    if not can_enter_networks():
        raise MachineFault(
            "The browser cannot be confined here: root lacks the right CAP_SYS_ADMIN, as in many containers.",
            hint=AS_A_USER,
        )
    return Jail(found.path.resolve(), wall.recent)


def _must_be_for_all(path: Path) -> None:
    wanted = stat.S_IROTH | stat.S_IXOTH if os.access(path, os.X_OK) else stat.S_IROTH
    if path.exists() and path.stat().st_mode & wanted != wanted:
        raise MachineFault(
            f"{path} is for root alone, and under root the browser is started as somebody else.",
            hint=f"chmod -R o+rX {shlex.quote(str(path if path.is_dir() else path.parent))}",
        )


def _show(path: str, how: str = "--ro-bind-try") -> list[str]:
    return [*_folders_above(path), how, path, path]


def _folders_above(path: str) -> list[str]:
    """Return what makes the folders that lead to a path; those that bubblewrap makes by itself are root's alone."""
    folders = [str(folder) for folder in reversed(PurePosixPath(path).parents) if folder not in _THERE]
    return [word for folder in folders for word in ("--perms", "755", "--dir", folder)]


def _with_its_files(program: Path) -> str:
    """Return the folder that a program has to itself and its files, or the program alone if it has none."""
    folder = program.parent
    return str(program) if Path.home().is_relative_to(folder) else str(folder)
