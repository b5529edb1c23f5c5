"""Which walls this machine can put around a student's app, and how a process is started behind them.

The strongest is bubblewrap (https://github.com/containers/bubblewrap): namespaces of its own for users, processes,
network, files and shared memory.  Elsewhere there is a plain child process with limits and time-outs.
"""

from __future__ import annotations

import functools
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.faults import InputError
from grader.site.system_calls import system_call_filter

Isolation = Literal["sandbox", "process"]
WORK = "/tmp/submission"  # noqa: S108 - on the one small disk that the sandbox may write to
_INSIDE = Path(__file__).with_name("inside.py")
_FORKING = Path(__file__).with_name("forking.py")
_ETC = Path(__file__).with_name("etc")
_SHARED_MEMORY = 16 * 1024 * 1024
_NOTHING = 4096
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
        return Wall(works=False, problem="The sandbox needs Linux (bubblewrap).", remedy="")
    program = shutil.which("bwrap")
    if program is None:
        return Wall(works=False, problem="bubblewrap is not installed.", remedy="grader doctor --install")
    refusal = ""
    for recent in (True, False):
        scratch = _scratch_folder("/tmp", 4096, recent)  # noqa: S108 - the trial's own
        trial = [program, *_namespaces(recent), "--ro-bind", "/", "/", *scratch, "/bin/true"]
        try:
            tried = subprocess.run(trial, capture_output=True, text=True, timeout=_TOOL_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return Wall(
                works=False, problem=f"bubblewrap cannot be started: {error}.", remedy="grader doctor --install"
            )
        if tried.returncode == 0:
            return Wall(works=True, recent=recent)
        refusal = tried.stderr.strip()[:300]
    return Wall(works=False, problem=f"bubblewrap is refused: {refusal}", remedy=_remedy())


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
    sandbox = isolation == "sandbox"
    setting = _setting(root, socket, preload=preload, sandbox=sandbox)
    if not sandbox:
        return _python(str(_INSIDE), setting)
    return [*_sandbox(scratch), "--chdir", WORK, *_python("/inside.py", setting)]


def fork_server_command(*, socket: int) -> list[str]:
    """Return the command that starts the program from which apps are forked, each into namespaces of its own.

    Parameters
    ----------
    socket
        The number of the file descriptor that it takes its orders from.

    """
    setting = _setting(WORK, socket, preload=True, sandbox=True)
    setting["below_tmp"] = [path for path in _python_folders() if path.startswith("/tmp/")]  # noqa: S108
    return [*_sandbox(_NOTHING, nests=True), *_python("/forking.py", setting)]


def _setting(root: str, socket: int, *, preload: bool, sandbox: bool) -> dict[str, Any]:
    packages = _folder_of("flask")
    system_calls = system_call_filter(platform.machine()).hex() if sandbox else ""
    return {
        "root": root,
        "socket": socket,
        "preload": preload,
        "packages": packages,
        "sandbox": sandbox,
        "system_calls": system_calls,
    }


def _python(program: str, setting: dict[str, Any]) -> list[str]:
    return [sys.executable, *_PYTHON_FLAGS, program, json.dumps(setting)]


@functools.lru_cache(maxsize=8)
def _sandbox(scratch: int, *, nests: bool = False) -> tuple[str, ...]:
    """Return bubblewrap's part of the command; mounts are made in this order.

    Parameters
    ----------
    nests
        Whether the program in it, which is ours, makes further namespaces: for that it writes to /proc.

    """
    recent = sandbox_wall().recent
    return (
        shutil.which("bwrap") or "bwrap",
        *_namespaces(recent and not nests),
        # Read-only, or else an app that runs for root could set the kernel's switches in /proc/sys.
        *("--proc", "/proc", *([] if nests else ["--remount-ro", "/proc"])),
        *("--dev", "/dev", *_scratch_folder("/dev/shm", _SHARED_MEMORY, recent), "--remount-ro", "/dev"),  # noqa: S108
        *_scratch_folder("/tmp", scratch, recent),  # noqa: S108 - the sandbox's own
        *_system_files(),
        *("--dir", WORK),
        *("--ro-bind", str(_INSIDE), "/inside.py", "--ro-bind", str(_FORKING), "/forking.py"),
        *("--remount-ro", "/"),
    )


def _namespaces(last: bool) -> list[str]:
    """Return the namespaces to make; ``last`` forbids to make others within."""
    return [
        *("--unshare-all", "--unshare-user", *(["--disable-userns"] if last else [])),
        *("--uid", "1000", "--gid", "1000", "--hostname", "localhost"),
        *("--new-session", "--die-with-parent", "--cap-drop", "ALL"),
    ]


def _scratch_folder(path: str, size: int, recent: bool) -> list[str]:
    return [*(["--size", str(size)] if recent else []), "--tmpfs", path]


def most_tasks(isolation: Isolation, limit: int) -> int:
    """Return the bound on processes that the kernel can keep for one sandbox; 0 where it would count other things too.

    Before Linux 5.14 all of a user's processes are counted, wherever they run, and root's never are.
    """
    release = tuple(int(part) for part in re.findall(r"\d+", platform.release())[:2])
    return limit if isolation == "sandbox" and release >= (5, 14) and os.geteuid() != 0 else 0


def _system_files() -> list[str]:
    """Return what Python and Flask need, read-only: system libraries, the Python that runs us, its packages."""
    arguments: list[str] = []
    for path in ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin"):
        if Path(path).is_symlink():
            arguments += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).exists():
            arguments += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/alternatives"):
        arguments += ["--ro-bind-try", path, path]
    for file in sorted(_ETC.iterdir()):  # our own: so that localhost has an address and the user a name
        arguments += ["--ro-bind", str(file), f"/etc/{file.name}"]
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
    return kept | {"PATH": os.defpath, "HOME": home, "TMPDIR": home, "TEMP": home, "LANG": "C.UTF-8", "BROWSER": "true"}
