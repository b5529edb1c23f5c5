"""Which walls this machine can put around a student's app, and how a process is started behind them.

The strongest is bubblewrap (https://github.com/containers/bubblewrap): namespaces of its own for users, processes,
network, files and shared memory.  Elsewhere there is a plain child process with limits and time-outs.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.faults import InputError

Isolation = Literal["sandbox", "process"]
WORK = "/submission"
_INSIDE = Path(__file__).with_name("inside.py")
_PYTHON_FLAGS = ("-I", "-B", "-u", "-X", "utf8")
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

    """

    works: bool
    problem: str = ""
    remedy: str = ""


@functools.cache
def sandbox_wall() -> Wall:
    """Find out whether bubblewrap can be used here, by using it."""
    if sys.platform != "linux":
        return Wall(works=False, problem="The sandbox needs Linux (bubblewrap).", remedy="")
    program = shutil.which("bwrap")
    if program is None:
        return Wall(works=False, problem="bubblewrap is not installed.", remedy="grader doctor --install")
    try:
        trial = subprocess.run(
            [program, *_NAMESPACES, "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "/bin/true"],
            capture_output=True,
            text=True,
            timeout=_TOOL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Wall(works=False, problem=f"bubblewrap cannot be started: {error}.", remedy="grader doctor --install")
    if trial.returncode == 0:
        return Wall(works=True)
    return Wall(works=False, problem=f"bubblewrap is refused: {trial.stderr.strip()}", remedy=_remedy())


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
    return "In a container, allow user namespaces (for Docker: --security-opt seccomp=unconfined), or use a real machine."


def choose_isolation(wanted: str, *, fall_back: bool) -> Isolation:
    """Return the isolation to use.

    Parameters
    ----------
    wanted
        ``auto``, ``sandbox`` or ``process``.
    fall_back
        Whether ``auto`` may take a plain process where there is no sandbox: for one's own code, not for strangers'.

    Raises
    ------
    InputError
        The sandbox is wanted, or needed, and this machine has none.

    """
    if wanted == "process":
        return "process"
    wall = sandbox_wall()
    if wall.works:
        return "sandbox"
    if wanted == "auto" and fall_back:
        return "process"
    advice = f"{wall.remedy}  Or run" if wall.remedy else "Run"
    raise InputError(
        f"There is no sandbox on this machine: {wall.problem}",
        hint=f"{advice} without one: --isolation process (only for code that you trust).",
    )


_NAMESPACES = (
    "--unshare-all",
    "--unshare-user",
    "--uid",
    "1000",
    "--gid",
    "1000",
    "--hostname",
    "localhost",
    "--new-session",
    "--die-with-parent",
    "--cap-drop",
    "ALL",
)


def command(isolation: Isolation, *, root: str, socket: int, preload: bool, scratch: int) -> list[str]:
    """Return the command that starts the inside of the jail.

    Parameters
    ----------
    root
        The folder that the hand-in is unpacked to; in the sandbox always `WORK`.
    socket
        The number of the listening socket's file descriptor.
    preload
        Whether Flask is loaded while the job is still being prepared.
    scratch
        How many bytes may be written to the sandbox's files, the hand-in's own size included.

    """
    arguments = [root, str(socket), "preload" if preload else "plain", _folder_of("flask")]
    if isolation == "process":
        return [sys.executable, *_PYTHON_FLAGS, str(_INSIDE), *arguments]
    return [*_sandbox(scratch), sys.executable, *_PYTHON_FLAGS, "/inside.py", *arguments]


@functools.lru_cache(maxsize=8)
def _sandbox(scratch: int) -> tuple[str, ...]:
    return (
        shutil.which("bwrap") or "bwrap",
        *_NAMESPACES,
        *("--proc", "/proc", "--dev", "/dev"),
        *_scratch_folder("/tmp", scratch),  # noqa: S108 - the sandbox's own
        *_system_files(),
        *_scratch_folder(WORK, scratch),
        *("--ro-bind", str(_INSIDE), "/inside.py"),
        *("--remount-ro", "/"),
        *("--chdir", WORK),
    )


def _scratch_folder(path: str, size: int) -> list[str]:
    bound = ["--size", str(size)] if _bwrap_knows("--size") else []
    return [*bound, "--tmpfs", path]


@functools.cache
def _bwrap_knows(option: str) -> bool:
    answer = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, timeout=_TOOL_SECONDS, check=False)  # noqa: S607
    return option in answer.stdout + answer.stderr


def _system_files() -> list[str]:
    """What Python and Flask need: the system's libraries, the Python that runs us and its packages, read-only."""
    arguments: list[str] = []
    for path in ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin"):
        if Path(path).is_symlink():
            arguments += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).exists():
            arguments += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/alternatives"):
        arguments += ["--ro-bind-try", path, path]
    for path in _python_folders():
        arguments += ["--ro-bind", path, path]
    own_package = str(Path(__file__).resolve().parent.parent)
    if any(own_package.startswith(path + os.sep) for path in _python_folders()):
        arguments += ["--tmpfs", own_package, "--remount-ro", own_package]
    return arguments


@functools.cache
def _python_folders() -> tuple[str, ...]:
    packages = (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), _folder_of("flask"))
    wanted = (sys.base_prefix, sys.prefix, str(Path(os.path.realpath(sys.executable)).parent), *packages)
    found: list[str] = []
    for folder in wanted:
        covered = any(folder == other or folder.startswith(other + os.sep) for other in ("/usr", *found))
        if not covered and Path(folder).is_dir() and folder != "/":
            found.append(folder)
    return tuple(found)


@functools.cache
def _folder_of(package: str) -> str:
    import importlib.util

    spec = importlib.util.find_spec(package)
    return str(Path(spec.origin).parent.parent) if spec and spec.origin else ""


def environment(isolation: Isolation, root: str) -> dict[str, str]:
    """Return the environment of the app: nothing of the user's, but what a system cannot start Python without."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATHEXT") if name in os.environ}
    home = "/tmp" if isolation == "sandbox" else root  # noqa: S108 - the sandbox's own
    return kept | {"PATH": os.defpath, "HOME": home, "TMPDIR": home, "TEMP": home, "LANG": "C.UTF-8"}
