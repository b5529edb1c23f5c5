"""Which walls this machine can put around a student's app, and how a process is started behind them.

The strongest is bubblewrap (https://github.com/containers/bubblewrap): namespaces of its own for users, processes,
network, files and shared memory.  Elsewhere there is a plain child process with limits and time-outs.
"""

from __future__ import annotations

import functools
import json
import ntpath
import os
import platform
import re
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from grader.machine.bubblewrap import namespaces, sandbox_wall, scratch_folder, system_files
from grader.machine.programs import find_program
from grader.model.faults import InputError
from grader.sandbox.walls import landlock
from grader.sandbox.walls.system_calls import system_call_filter

if TYPE_CHECKING:
    from collections.abc import Iterable

Isolation = Literal["sandbox", "process"]
WORK = "/tmp/submission"  # noqa: S108 - on the one small disk that the sandbox may write to
_DISKS = ("/tmp", "/dev/shm")  # noqa: S108 - the sandbox's own
_INSIDE = Path(__file__).with_name("inside")
_INSIDE_WITHIN = "/inside"
_ETC = Path(__file__).with_name("etc")
_SHARED_MEMORY = 16 * 1024 * 1024
_NOTHING = 4096
_PYTHON_FLAGS = ("-I", "-B", "-u", "-X", "utf8")


def choose_isolation(wanted: str, *, fall_back: bool) -> Isolation:
    """Return the isolation to use, where ``auto``, ``sandbox`` or ``process`` is `wanted`.

    `fall_back` says whether ``auto`` may take a plain process where there is no sandbox: for one's own code, not for
    strangers'.  Raises `InputError`: the sandbox is wanted, or needed, and this machine has none.
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
    return [*_sandbox(scratch), "--chdir", WORK, *_python(_INSIDE_WITHIN, setting)]


def fork_server_command(*, socket: int) -> list[str]:
    """Return the command that starts the program from which apps are forked, each into namespaces of its own.

    It takes its orders from the file descriptor `socket`.
    """
    setting = _setting(WORK, socket, preload=True, sandbox=True) | {"forks": True}
    setting["below_tmp"] = [path for path in _python_folders() if path.startswith("/tmp/")]  # noqa: S108
    return [*_sandbox(_NOTHING, nests=True), *_python(_INSIDE_WITHIN, setting)]


def _setting(root: str, socket: int, *, preload: bool, sandbox: bool) -> dict[str, Any]:
    setting = {"root": root, "socket": socket, "packages": _folder_of("flask")}
    setting |= {"preload": preload, "sandbox": sandbox, "forks": False}
    if not sandbox:
        return {**setting, "system_calls": "", "landlock": None}
    fence = landlock.fence(landlock.version(), run=(*_python_folders(), _INSIDE_WITHIN), scratch=_DISKS)
    return {**setting, "system_calls": system_call_filter(platform.machine()).hex(), "landlock": fence}


def _python(inside: str, setting: dict[str, Any]) -> list[str]:
    executable = str(_program()) if setting["sandbox"] else sys.executable
    if _through_launcher():
        executable = sys._base_executable  # type: ignore[attr-defined]  # noqa: SLF001
    return [executable, *_PYTHON_FLAGS, f"{inside}/main.py", json.dumps(setting)]


def _through_launcher() -> bool:
    """Whether ``sys.executable`` only starts another Python, as it does in a virtual environment on Windows.

    The process that is started must be the one that runs the app: it is given the socket, and it is ended.  Python's
    own multiprocessing has the same need, and meets it in the same way:
    https://github.com/python/cpython/blob/v3.11.9/Lib/multiprocessing/popen_spawn_win32.py
    """
    return sys.platform == "win32" and sys.prefix != sys.base_prefix


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
        find_program("bwrap") or "bwrap",
        *namespaces(recent and not nests),
        # Read-only, or else an app that runs for root could set the kernel's switches in /proc/sys.
        *("--proc", "/proc", *([] if nests else ["--remount-ro", "/proc"])),
        *("--dev", "/dev", *scratch_folder("/dev/shm", _SHARED_MEMORY, recent), "--remount-ro", "/dev"),  # noqa: S108
        *scratch_folder("/tmp", scratch, recent),  # noqa: S108 - the sandbox's own
        *_system_files(),
        *("--dir", WORK),
        *("--ro-bind", str(_INSIDE), _INSIDE_WITHIN),
        *("--remount-ro", "/"),
    )


def most_tasks(isolation: Isolation, limit: int) -> int:
    """Return the bound on processes that the kernel can keep for one sandbox; 0 where it would count other things too.

    It is above what the app may start, so that the grader sees that it starts too many, and says so, in whatever way
    the app takes the kernel's refusal.  Before Linux 5.14 all of a user's processes are counted, wherever they run, and
    root's never are.
    """
    release = tuple(int(part) for part in re.findall(r"\d+", platform.release())[:2])
    return 2 * limit if isolation == "sandbox" and release >= (5, 14) and os.geteuid() != 0 else 0


def _system_files() -> list[str]:
    """Return what Python and Flask need, read-only: system libraries, the Python that runs us, its packages."""
    arguments = system_files()
    for file in sorted(_ETC.iterdir()):  # our own: so that localhost has an address and the user a name
        arguments += ["--ro-bind", str(file), f"/etc/{file.name}"]
    for path in _python_folders():
        arguments += ["--ro-bind", path, path]
    for name, target in _other_names().items():
        arguments += ["--symlink", target, name]
    own_package = str(Path(__file__).resolve().parent.parent)
    if any(own_package.startswith(path + os.sep) for path in _python_folders()):
        arguments += ["--tmpfs", own_package, "--remount-ro", own_package]
    return arguments


@functools.cache
def _program() -> Path:
    """Return the Python that runs us, in the folder that it really lies in: in the sandbox are no ways around to it.

    Its own link stays, since a virtual environment is found beside that.
    """
    program = Path(sys.executable)
    return Path(os.path.realpath(program.parent), program.name)


@functools.cache
def _python_folders() -> tuple[str, ...]:
    """Return the folders that Python and its packages really lie in, none within another."""
    found: list[str] = []
    for folder in (*map(os.path.realpath, _named_folders()), os.path.realpath(_program().resolve().parent)):
        if not _lies_in(folder, ("/usr", *found)) and Path(folder).is_dir() and folder != "/":
            found.append(folder)
    return tuple(found)


def _named_folders() -> tuple[str, ...]:
    packages = (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), _folder_of("flask"))
    return (sys.base_prefix, sys.prefix, *packages)


@functools.cache
def _other_names() -> dict[str, str]:
    """Return the links by which Python and its folders are named, and where each leads."""
    names = {name: os.path.realpath(name) for name in _named_folders() if Path(name) != Path(os.path.realpath(name))}
    program = _program()
    while program.is_symlink():
        name = os.path.normpath(program.parent / program.readlink())
        program = Path(os.path.realpath(Path(name).parent), Path(name).name)
        names[name] = str(program.resolve())
    there = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", *_python_folders()]
    links: dict[str, str] = {}
    for name in sorted(names):  # folders before what lies in them
        if ".." not in Path(name).parts and not _lies_in(name, [*there, *links]):
            links[name] = names[name]
    return links


def _lies_in(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


@functools.cache
def _folder_of(package: str) -> str:
    import importlib.util

    spec = importlib.util.find_spec(package)
    return str(Path(spec.origin).resolve().parent.parent) if spec and spec.origin else ""


def environment(isolation: Isolation, root: str) -> dict[str, str]:
    """Return the environment of the app: nothing of the user's, but what a system cannot start Python without."""
    home = "/tmp" if isolation == "sandbox" else root  # noqa: S108 - the sandbox's own
    everywhere = {"HOME": home, "TMPDIR": home, "TEMP": home, "LANG": "C.UTF-8"}
    if sys.platform == "win32":
        return everywhere | _windows_environment(home)
    programs = str(_program().parent) if isolation == "sandbox" else str(Path(sys.executable).parent)
    return everywhere | {"PATH": f"{programs}{os.pathsep}{os.defpath}", "BROWSER": "true"}


def _windows_environment(home: str) -> dict[str, str]:
    """Return what programs on Windows rely on, Python's own ``getpass``, ``pathlib`` and ``subprocess`` among them."""
    kept = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS")
    system = os.environ.get("SYSTEMROOT", r"C:\Windows")
    drive, folder = ntpath.splitdrive(home)
    own = {"TMP": home, "USERPROFILE": home, "USERNAME": "student", "HOMEDRIVE": drive, "HOMEPATH": folder}
    own |= {"APPDATA": home, "LOCALAPPDATA": home, "PATH": rf"{system}\System32;{system}"}
    own |= {"BROWSER": "cmd /c rem %s"}  # a program that does nothing, as ``true`` does elsewhere
    if _through_launcher():
        own |= {"__PYVENV_LAUNCHER__": sys.executable}  # of which environment it is
    return {name: os.environ[name] for name in kept if name in os.environ} | own
