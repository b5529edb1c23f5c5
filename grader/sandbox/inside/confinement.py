"""What an app's process gives up just before the student's code is run, inside any other walls there are.

Like `inside`, which loads it, this is handed to a bare Python and imports nothing else of the grader.  What is to be
refused is worked out outside, by `grader.sandbox.walls.system_calls` and `grader.sandbox.walls.landlock`.
"""

# ruff: noqa: PERF203

from __future__ import annotations

import functools
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from ctypes import CDLL

LINUX = sys.platform == "linux"

# Numbers from prctl(2) and, the same on all machines, asm-generic/unistd.h
SET_NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER_MODE = 38, 22, 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1

lift_memory_limit: Callable[[], None] | None = None


def make_room() -> None:
    """Lift the bound on memory by the reserve that `limit` keeps back, so that running out of it can be told."""
    if lift_memory_limit is not None:
        lift_memory_limit()


def limit(limits: dict[str, int]) -> None:
    """Set the bounds that the system keeps for each process; the grader watches over the sum from outside."""
    try:
        import resource
    except ImportError:  # Windows
        return
    bounds = [
        (resource.RLIMIT_DATA if LINUX else resource.RLIMIT_AS, limits["memory"], limits["reserve"]),
        (resource.RLIMIT_NOFILE, limits["open_files"], 0),
        (resource.RLIMIT_FSIZE, limits["written"], 0),
        (resource.RLIMIT_CPU, limits["cpu"], 0),
        (resource.RLIMIT_CORE, 0, 0),
    ]
    if limits["tasks"]:
        bounds.append((resource.RLIMIT_NPROC, limits["tasks"], 0))
    for kind, most, reserve in bounds:
        try:
            hard = resource.getrlimit(kind)[1]
            top = most + reserve if hard == resource.RLIM_INFINITY else min(most + reserve, hard)
            resource.setrlimit(kind, (min(most, top), top))
            if reserve:
                global lift_memory_limit  # noqa: PLW0603
                lift_memory_limit = functools.partial(resource.setrlimit, kind, (top, top))
        except (ValueError, OSError):
            pass  # macOS refuses some of them


def keep_to_paths(ruleset: Iterable[int], rules: Iterable[tuple[str, int]], flags: int) -> bool:
    """Have the kernel's Landlock refuse all files but these, for good; see `grader.sandbox.walls.landlock`.

    `ruleset` is what is refused unless a rule allows it (``struct landlock_ruleset_attr``), `rules` paths and what is
    allowed beneath each; those that this system does not have are passed over.  `flags` are for
    landlock_restrict_self(2).  Returns false where it cannot be had: then nothing has changed.
    """
    import ctypes
    import struct

    libc = c_library()

    def call(number: int, *arguments: object) -> int:
        """Call the kernel; the C library has no names for these."""
        return int(libc.syscall(ctypes.c_long(number), *arguments))

    refused = struct.pack("3Q", *ruleset)
    descriptor = call(CREATE_RULESET, refused, ctypes.c_size_t(len(refused)), ctypes.c_long(0))
    if descriptor < 0:
        return False
    try:
        for path, allowed in rules:
            try:
                beneath = os.open(path, os.O_PATH)
            except OSError:
                continue
            rule = struct.pack("=Qi", allowed, beneath)
            added = call(ADD_RULE, ctypes.c_long(descriptor), ctypes.c_long(PATH_BENEATH), rule, ctypes.c_long(0))
            os.close(beneath)
            if added != 0:
                return False  # without this path honest apps would not run
        give_up_new_privileges()
        return call(RESTRICT_SELF, ctypes.c_long(descriptor), ctypes.c_long(flags)) == 0
    finally:
        os.close(descriptor)


def forbid_system_calls(program: bytes) -> bool:
    """Have the kernel refuse what no app needs, for good, by a program for seccomp(2) in instructions of 8 bytes.

    Returns false where it cannot be had: then that is left to the other walls.
    """
    import ctypes
    import struct

    memory = ctypes.create_string_buffer(program)
    described = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(memory)))
    give_up_new_privileges()
    nothing = ctypes.c_ulong(0)
    return bool(c_library().prctl(SET_SECCOMP, ctypes.c_ulong(FILTER_MODE), described, nothing, nothing) == 0)


def give_up_new_privileges() -> None:
    """Let no program that is started give more rights than there are; without this the kernel takes no filter."""
    import ctypes

    c_library().prctl(SET_NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0)))


@functools.cache
def c_library() -> CDLL:
    """Return the C library; opened before the job is known it costs no time."""
    import ctypes

    return ctypes.CDLL(None)
