"""Whether this user may make control groups for apps, and where.

Where systemd runs, it is asked for a group of the server's own (a scope with ``Delegate=yes``), as its documentation
wants it (https://systemd.io/CGROUP_DELEGATION), and removes it when nobody is left in it.  Elsewhere one is made beside
the grader's, or further up, if the file system lets us.  Nothing that is not ours is ever changed.
"""

from __future__ import annotations

import fcntl
import functools
import os
import secrets
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.cgroups import CONTROLLERS, Tree, remove
from grader.sandbox.limits import RunLimits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ROOT = Path("/sys/fs/cgroup")
_SYSTEMD = Path("/run/systemd/system")
_PREFIX = "grader-"
_SECONDS = 10


@dataclass(frozen=True)
class Delegation:
    """What was found out.

    Parameters
    ----------
    works
        Whether groups can be made.
    problem
        Why not; the end of a sentence.
    beside
        The group in which one for the grader is made; None where systemd makes it.

    """

    works: bool
    problem: str = ""
    beside: Path | None = None

    @property
    def by_systemd(self) -> bool:
        """Whether systemd gives them, to what is started with `in_scope`."""
        return self.works and self.beside is None


@functools.cache
def delegation() -> Delegation:
    """Find out whether groups can be made here, by making one."""
    if sys.platform != "linux" or not (_ROOT / "cgroup.controllers").exists():
        return Delegation(works=False, problem="this system has none in version 2")
    return _try_systemd() if _SYSTEMD.is_dir() else _try_directly(_own_group())


def _try_systemd() -> Delegation:
    show = f'cat "{_ROOT}$(sed -n s/^0:://p /proc/self/cgroup)/cgroup.controllers"'
    command, environment = in_scope(["sh", "-c", show], {"PATH": os.defpath})
    try:
        tried = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Delegation(works=False, problem=f"systemd-run cannot be used: {error}")
    if tried.returncode != 0:
        return Delegation(works=False, problem=f"systemd gives this user none: {tried.stderr.strip()[:300]}")
    missing = CONTROLLERS - set(tried.stdout.split())
    if missing:
        return Delegation(works=False, problem=f"systemd gives this user none for {' and '.join(sorted(missing))}")
    return Delegation(works=True)


def in_scope(command: Sequence[str], environment: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the command that has systemd start another one in a group of its own, and the environment it needs.

    Both replace themselves with what they start, so that it is still our child.
    """
    asked = {name: os.environ[name] for name in ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS") if name in os.environ}
    root = os.geteuid() == 0
    start = [shutil.which("systemd-run") or "systemd-run", *([] if root else ["--user"]), "--scope", "--quiet"]
    variables = [f"{name}={value}" for name, value in environment.items()]
    return (
        [*start, "--collect", "--property=Delegate=yes", "--", "env", "-i", *variables, *command],
        {"PATH": os.defpath, "XDG_RUNTIME_DIR": f"/run/user/{os.geteuid()}"} | asked,
    )


def _own_group() -> Path:
    """Return the group of this process, or the topmost that it can see."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        if line.startswith("0::/") and not line.startswith("0::/.."):
            return _ROOT / line.removeprefix("0::/")
    return _ROOT


def _try_directly(own: Path) -> Delegation:
    """Find a group from our own upwards that has its controllers enabled, and lets us make one in it."""
    problem = "no group here has its controllers enabled for those within"
    for parent in (own, *own.parents):
        if not parent.is_relative_to(_ROOT):
            break
        try:
            if set((parent / "cgroup.subtree_control").read_text().split()) >= CONTROLLERS:
                _try(parent)
                return Delegation(works=True, beside=parent)
        except (OSError, subprocess.SubprocessError) as error:
            problem = f"{parent} cannot be used: {getattr(error, 'strerror', None) or error}"
    return Delegation(works=False, problem=problem)


def _try(parent: Path) -> None:
    """Have a process enter a group."""
    tree = OwnTree(parent)
    try:
        entrance = tree.group(RunLimits(), disks=0).open_entrance()
        try:
            subprocess.run(["/bin/echo", "0"], stdout=entrance, timeout=_SECONDS, check=True)
        finally:
            os.close(entrance)
    finally:
        tree.close()


class OwnTree(Tree):
    """A tree made without systemd.

    Nobody removes it if the grader is killed.  So it is locked for as long as its grader lives, and the next one
    removes those that are not.
    """

    def __init__(self, beside: Path) -> None:
        path = beside / f"{_PREFIX}{secrets.token_hex(4)}"
        with _locked(beside):
            _sweep(beside)
            path.mkdir()
            self._lock = ExitStack()
            self._lock.enter_context(_locked(path))
        try:
            super().__init__(path)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Remove it, with what is left in it."""
        super().close()
        self._lock.close()


@contextmanager
def _locked(folder: Path, flags: int = 0) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | flags)
        yield
    finally:
        os.close(descriptor)


def _sweep(parent: Path) -> None:
    for path in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError), _locked(path, fcntl.LOCK_NB):  # or else its grader is alive
            remove(path)


def tree_for(server: int) -> Tree | None:
    """Return where the groups of a server's apps are to be made.

    Parameters
    ----------
    server
        The process that was started with `in_scope`, where systemd gives the groups.

    """
    found = delegation()
    with suppress(OSError):
        if found.works and found.beside is not None:
            return OwnTree(found.beside)
        if found.works:
            own = Path("/proc", str(server), "cgroup").read_text().strip()
            return Tree(_ROOT / own.partition("0::/")[2])
    return None
