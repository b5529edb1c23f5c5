"""What runs in the jail of a class: a Python with Flask loaded, from which each submission gets a copy.

The jail around this program keeps all of them from the machine; the namespaces made here keep each from the others and
from this program, which never reads a line of a submission:

- *this program* takes orders: one packet with file descriptors for each submission; it is process 1 of the jail around
  all of them, and ends when the grader hangs up;
- *the keeper* ends the jail of one when the grader hangs up, and says how the app ended;
- *the init* is process 1 of the new namespaces, makes the mounts and gives up all rights;
- *the app* is what `job` runs, as it would in a jail by itself.
"""

# Plain os.path, as in main.py.
# ruff: noqa: PTH102, PTH103, PTH123, SIM105

from __future__ import annotations

import ctypes
import fcntl
import gc
import json
import os
import select
import signal
import socket
import sys

from . import job
from .first_process import MOST_DESCRIPTORS, PR_SET_DUMPABLE, PR_SET_PDEATHSIG, code_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

LONGEST_ORDER = 4096
DESCRIPTORS = 5  # the listening socket, job, events, output, status
STATUS = 4
SHARED_MEMORY = 16 * 1024 * 1024
MOST_CAPABILITIES = 64

# Numbers from unshare(2), mount(2), prctl(2), capset(2)
CLONE_NEW = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND_ALL, MS_PRIVATE_ALL = 0x4000 | 0x1000, 0x4000 | 0x40000
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 24, 38, 47, 4
CAPABILITY_VERSION_3 = 0x20080522
SIOCSIFFLAGS, IFF_UP, IFNAMSIZ, IFREQ_SIZE = 0x8914, 1, 16, 40  # netdevice(7)

libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> None:
    """Call a function of the C library that returns 0; raises OSError where it does not."""
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Call mount(2)."""
    texts = (text.encode() or None for text in (source, target, kind))
    call("mount", *texts, ctypes.c_ulong(flags), options.encode() or None)


def main(setting: dict[str, Any]) -> None:
    """Load everything, then take orders until the grader hangs up."""
    call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # not to outlive bubblewrap's process, if that is killed
    job.find_packages(setting)
    job.load_flask()
    control = socket.socket(fileno=setting["socket"])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets keepers that have ended
    be_private(True)
    gc.freeze()  # what is loaded now stays shared with the copies
    control.send(b"ready")
    while True:
        order, descriptors, _flags, _address = socket.recv_fds(control, LONGEST_ORDER, DESCRIPTORS)
        if not order:
            return
        if os.fork() == 0:
            control.close()
            keep(json.loads(order)["scratch"], descriptors, setting)
        for descriptor in descriptors:
            os.close(descriptor)


def keep(scratch: int, descriptors: list[int], setting: dict[str, Any]) -> NoReturn:
    """Make the namespaces, start the init, and end it when the grader hangs up."""
    status = socket.socket(fileno=descriptors.pop(STATUS))
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        separate()
    except OSError as error:
        refuse(status, error)
    init = os.fork()
    if init == 0:
        start(scratch, descriptors, status, setting)
    close_all_but(status.fileno())
    watch(init, status)


def refuse(status: socket.socket, error: OSError) -> NoReturn:
    """Say that this system does not allow what is needed."""
    status.send(f"refused {error}".encode())
    os._exit(1)


def separate() -> None:
    """Leave all namespaces of the server's, with the same user in a new one; what is forked next is its process 1."""
    user, group = os.getuid(), os.getgid()
    be_private(False)  # or else only root may write what follows
    call("unshare", CLONE_NEW)
    call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for name, content in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(content)
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")  # nobody in there makes more of them
    be_private(True)


def be_private(private: bool) -> None:
    """Let no other process look into this one, and nobody but root into its files in /proc."""
    call("prctl", PR_SET_DUMPABLE, int(not private), 0, 0, 0)


def watch(init: int, status: socket.socket) -> NoReturn:
    """Wait until the init has ended, or the grader has hung up; then say how it ended."""
    ended = os.pidfd_open(init)  # type: ignore[attr-defined,unused-ignore]
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    poll.register(status, select.POLLIN)
    if any(descriptor == status.fileno() for descriptor, _ in poll.poll()):
        os.kill(init, signal.SIGKILL)
    result = os.waitpid(init, 0)[1]
    if os.WIFSIGNALED(result):
        os._exit(1)  # without a word: nobody in there can do that to the init
    try:
        status.send(f"ended {code_of(result)}".encode())
    except OSError:
        pass  # nobody wants to know
    os._exit(0)


def start(scratch: int, descriptors: list[int], status: socket.socket, setting: dict[str, Any]) -> NoReturn:
    """Be the init: make the mounts, give up all rights, start the app, wait for it and for what it leaves behind."""
    try:
        call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.setsid()
        make_mounts(scratch, setting)
        bring_up_loopback()
        give_up_rights()
    except OSError as error:
        refuse(status, error)
    status.send(b"begun")  # the kernel adds this process's number as the grader sees it
    app = os.fork()
    if app == 0:
        status.close()
        run(descriptors, setting)
    close_all_but(-1)
    while True:
        child, result = os.wait()
        if child == app:
            os._exit(code_of(result))


def make_mounts(scratch: int, setting: dict[str, Any]) -> None:
    """Give the app empty disks of its own and a list of processes that holds only its own."""
    mount("", "/", "", MS_PRIVATE_ALL)
    private = MS_NOSUID | MS_NODEV
    covered = [(path, os.open(path, os.O_PATH)) for path in setting["below_tmp"]]
    mount("tmpfs", "/tmp", "tmpfs", private, f"size={scratch},mode=0755")  # noqa: S108
    for path, descriptor in covered:
        os.makedirs(path)
        mount(f"/proc/self/fd/{descriptor}", path, "", MS_BIND_ALL)
    mount("tmpfs", "/dev/shm", "tmpfs", private, f"size={SHARED_MEMORY},mode=0755")  # noqa: S108
    unchanging = private | MS_NOEXEC | MS_RDONLY
    try:
        mount("proc", "/proc", "proc", unchanging)
    except PermissionError:
        # Under root bubblewrap covers parts of /proc, and then the kernel allows no other one: there is none at all.
        mount("tmpfs", "/proc", "tmpfs", unchanging, "size=4k")
    os.mkdir(setting["root"])


def bring_up_loopback() -> None:
    """Let the app reach itself, as everywhere; nobody else is on its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = b"lo".ljust(IFNAMSIZ, b"\0") + IFF_UP.to_bytes(2, sys.byteorder)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request.ljust(IFREQ_SIZE, b"\0"))


def give_up_rights() -> None:
    """Drop every capability for good."""
    for capability in range(MOST_CAPABILITIES):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # says no for those that this kernel does not have
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def run(descriptors: list[int], setting: dict[str, Any]) -> NoReturn:
    """Be the app: the streams are where `job` expects them, and nothing else is open."""
    listener, *streams = descriptors[:STATUS]
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    os.dup2(listener, 3)
    os.closerange(4, MOST_DESCRIPTORS)
    os.chdir(setting["root"])
    be_private(False)
    # Flask has been loaded by the server; who hides a module of Python's is not forked.
    job.main({**setting, "socket": 3, "preload": False}, pythons_own=())
    sys.exit()  # as Python ends any program


def close_all_but(kept: int) -> None:
    """Close what only the app is to have."""
    os.closerange(0, kept)
    os.closerange(kept + 1, MOST_DESCRIPTORS)
