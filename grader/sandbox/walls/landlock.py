"""Which files an app in the sandbox may use, by Landlock (landlock(7)): a second wall, within the namespaces.

Namespaces show an app nothing else.  Should one of them fail, the kernel still refuses here, by another mechanism: to
read anything but what Python needs, to write anywhere but to the scratch disk, to call anybody by TCP or by an abstract
socket, and to signal any process but the app's own.
"""

from __future__ import annotations

import functools
import sys
from enum import IntFlag
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_CREATE_RULESET, _VERSION = 444, 1
OLDEST = 2
"""The first one forbids moving a file to another folder, which an honest app may do."""

_CONNECT_TCP = 1 << 1
_SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 1 << 0, 1 << 1
_QUIET = 1 << 0 | 1 << 2
"""Nothing is written to the system's log: an app could fill it (LANDLOCK_RESTRICT_SELF_LOG_*_OFF)."""


class _Access(IntFlag):
    """What can be done to files: LANDLOCK_ACCESS_FS_* in linux/landlock.h, in its order."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


_ALL = _Access((1 << 16) - 1)
_SINCE = {_Access.TRUNCATE: 3, _Access.IOCTL_DEV: 5}
"""The version that each was new in, where that is after the oldest."""
_READ = _Access.READ_FILE | _Access.READ_DIR
_RUN = _READ | _Access.EXECUTE
_SCRATCH = _ALL & ~(_Access.EXECUTE | _Access.MAKE_CHAR | _Access.MAKE_BLOCK | _Access.IOCTL_DEV)
_DEVICE = _Access.READ_FILE | _Access.WRITE_FILE

_SYSTEM = {
    **dict.fromkeys(("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"), _RUN),
    **dict.fromkeys(("/etc", "/proc"), _READ),
    "/dev": _Access.READ_DIR,
    **{f"/dev/{name}": _DEVICE for name in ("null", "zero", "full", "random", "urandom")},
}


@functools.cache
def version() -> int:
    """Return the version of this kernel's Landlock (its ABI); 0 where it has none, or keeps it from this process."""
    if sys.platform != "linux":
        return 0
    import ctypes

    libc = ctypes.CDLL(None)
    return max(0, int(libc.syscall(ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_long(_VERSION))))


def fence(version: int, *, run: Sequence[str], scratch: Sequence[str]) -> dict[str, Any] | None:
    """Return what `inside.confinement.keep_to_paths` takes, as plain data; None where Landlock cannot do it.

    A connection is refused on any port.  Taking a port is not: an app that looks for a free one, as some do, has to
    find it, and nobody is on its network.  The socket that it is really served on comes from outside.

    Of each `version` of Landlock is taken what it has.  `run` are folders with programs and packages, besides the
    system's own, and `scratch` folders to write in.
    """
    if version < OLDEST:
        return None
    files = _ALL
    for access, since in _SINCE.items():
        if version < since:
            files &= ~access
    network = _CONNECT_TCP if version >= 4 else 0  # noqa: PLR2004
    scopes = _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS if version >= 6 else 0  # noqa: PLR2004
    allowed = [*_SYSTEM.items(), *((path, _RUN) for path in run), *((path, _SCRATCH) for path in scratch)]
    return {
        "ruleset": [int(files), network, scopes],
        "rules": [(path, int(access & files)) for path, access in allowed],
        "flags": _QUIET if version >= 7 else 0,  # noqa: PLR2004
    }
