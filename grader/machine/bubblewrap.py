"""Whether this machine lets us use bubblewrap, and what every sandbox made with it has in common.

The app runs in one (`grader.sandbox.isolation`), and under root the browser in another (`grader.browser.jail`).
"""

from __future__ import annotations

import functools
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

from grader.machine.programs import find_program

_TOOL_SECONDS = 10


@dataclass(frozen=True)
class Wall:
    """What was found out about isolation on this machine.

    Parameters
    ----------
    works
        Whether a process can be started in the sandbox.
    problem, remedy
        Why not, and what to do about it; for people.
    recent
        Whether this bubblewrap (0.8) can also bound what is written and forbid namespaces within the sandbox.
    """

    works: bool
    problem: str = ""
    remedy: str = ""
    recent: bool = False


@functools.cache
def sandbox_wall() -> Wall:
    """Find out whether bubblewrap can be used here, by using it."""
    if sys.platform != "linux":
        return Wall(False, "The sandbox needs Linux (bubblewrap).")
    program = find_program("bwrap")
    if program is None:
        return Wall(False, "bubblewrap is not installed.", "grader doctor --install")
    refusal = ""
    for recent in (True, False):
        scratch = scratch_folder("/tmp", 4096, recent)  # noqa: S108 - the trial's own
        trial = [program, *namespaces(recent), "--ro-bind", "/", "/", *scratch, "/bin/true"]
        try:
            tried = subprocess.run(trial, capture_output=True, text=True, timeout=_TOOL_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return Wall(False, f"bubblewrap cannot be started: {error}.", "grader doctor --install")
        if tried.returncode == 0:
            return Wall(works=True, recent=recent)
        refusal = tried.stderr.strip()[:300]
    return Wall(False, f"bubblewrap is refused: {refusal}", _remedy())


def _remedy() -> str:
    """Say how to allow unprivileged user namespaces, by what forbids them."""
    switches = {
        "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),  # Ubuntu 23.10 and later
        "kernel.unprivileged_userns_clone": ("0", "1"),  # Debian and Arch kernels
        "user.max_user_namespaces": ("0", "15000"),
    }
    for name, (refuses, allows) in switches.items():
        switch = Path("/proc/sys", *name.split("."))
        try:
            if switch.read_text().strip() == refuses:
                return f"Allow it with: sudo sysctl -w {name}={allows}"
        except OSError:
            continue
    return (
        "In a container, allow user namespaces (for Docker: --security-opt seccomp=unconfined), or use a real machine."
    )


def namespaces(last: bool) -> list[str]:
    """Return the namespaces to make; ``last`` forbids to make others within.

    What is started in them is their process 1: when it ends, the kernel ends all that is left in them.  It has to end
    when the grader has gone, and to see that by the end of a pipe or socket, which is a state.  A signal is an event:
    with ``--die-with-parent`` it can come before bubblewrap's inner process has asked for it, which then waits for ever
    (https://github.com/containers/bubblewrap/issues/633).
    """
    return [
        *("--unshare-all", "--unshare-user", *(["--disable-userns"] if last else [])),
        *("--uid", "1000", "--gid", "1000", "--hostname", "localhost"),
        *("--new-session", "--as-pid-1", "--cap-drop", "ALL"),
    ]


_GUARD = """
trap exit TERM
exec 3<&2 4<&0 </dev/null 2>/dev/null
"$@" <&4 {errors} 3<&- 4<&- & program=$!
{{ read _ <&3; kill -s TERM $$; }} 4<&- &
wait $program
"""


def guarded(program: Sequence[str], *, heard: bool = False) -> list[str]:
    """Return the command of a process 1 that ends with a program, and when the grader has gone; see `namespaces`.

    Its standard error is to be a socket whose other end only the grader holds: of what a process is started with only
    the streams have numbers that are known, and a POSIX shell has none above 9.

    Where it is `heard`, what the program says on standard error goes to that socket, and not nowhere.
    """
    return ["sh", "-c", _GUARD.format(errors="2>&3" if heard else ""), "sh", *program]


def scratch_folder(path: str, size: int, recent: bool) -> list[str]:
    """Return what makes an empty folder in memory, of so many bytes where this bubblewrap can bound it."""
    return [*(["--size", str(size)] if recent else []), "--tmpfs", path]


def system_files() -> list[str]:
    """Return what every program needs, read-only: the system's programs and libraries."""
    arguments: list[str] = []
    for path in ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin"):
        if Path(path).is_symlink():
            arguments += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).exists():
            arguments += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/alternatives"):
        arguments += ["--ro-bind-try", path, path]
    return arguments
