"""What an app in the sandbox may not ask of the kernel: a second wall, within the namespaces.

Namespaces keep an app from what belongs to others.  These are calls that reach past them (virtual machines' sockets),
that take memory which belongs to no process and so to nobody's limit, or that no web app needs and in which kernels
have had holes.
"""

from __future__ import annotations

import errno
import functools
import struct

# Numbers on x86_64 and aarch64: asm/unistd_64.h, asm-generic/unistd.h
_REFUSED = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "fsopen": (430, 430),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "request_key": (249, 218),
    "semget": (64, 190),
    "setns": (308, 268),
    "shmget": (29, 194),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
_MAKE_SOCKETS = {"socket": (41, 198), "socketpair": (53, 199)}
_FAMILIES = (1, 2, 10, 16)  # unix, IPv4, IPv6, netlink: those that a namespace keeps in
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # the column above; the number in linux/audit.h

_EPERM, _EAFNOSUPPORT = 1, 97
_FIRST_OF_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _GIVE = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h: LD+W+ABS, JMP+JEQ+K, JMP+JGE+K, RET+K
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000  # linux/seccomp.h
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # places in struct seccomp_data, with the lower half first


def can_be_refused(machine: str) -> bool:
    """Return whether this kernel takes such a filter from this process."""
    import ctypes

    set_seccomp, filter_mode = 22, 2  # prctl(2)
    asked = ctypes.CDLL(None, use_errno=True).prctl(set_seccomp, ctypes.c_ulong(filter_mode), None)
    # No filter is given, which is only found out by a kernel that would take one.
    return machine in _MACHINES and asked != 0 and ctypes.get_errno() == errno.EFAULT


@functools.cache
def system_call_filter(machine: str) -> bytes:
    """Return the program for seccomp(2), empty for a `platform.machine` whose numbers are not known here."""
    if machine not in _MACHINES:
        return b""
    column, architecture = _MACHINES[machine]
    refuse, allow = (_GIVE, 0, 0, _REFUSE | _EPERM), (_GIVE, 0, 0, _ALLOW)
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),  # or else the numbers would mean other calls
        refuse,
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _FIRST_OF_X32),
        refuse,
    ]
    for numbers in _REFUSED.values():
        program += [(_EQUAL, 0, 1, numbers[column]), refuse]
    families = [(_EQUAL, len(_FAMILIES) - index, 0, family) for index, family in enumerate(_FAMILIES)]
    family = [(_LOAD, 0, 0, _FIRST_ARGUMENT), *families, (_GIVE, 0, 0, _REFUSE | _EAFNOSUPPORT), allow]
    socket, pair = (numbers[column] for numbers in _MAKE_SOCKETS.values())
    program += [(_EQUAL, 1, 0, socket), (_EQUAL, 0, len(family), pair), *family, allow]
    return b"".join(struct.pack("HBBI", *line) for line in program)
