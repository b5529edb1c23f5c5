"""One jailed Python with Flask loaded for a whole class, from which each submission gets a copy.

Starting Python and Flask takes a fifth of a second; a copy, in a jail of its own, takes a hundredth.  What runs inside
is `grader.sandbox.inside.forking`.
"""

from __future__ import annotations

import array
import json
import os
import select
import signal
import socket
import struct
import subprocess
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from grader.machine.clock import Deadline
from grader.machine.process_session import Session
from grader.model.faults import MachineFault
from grader.sandbox import isolation

if TYPE_CHECKING:
    from collections.abc import Sequence

_START_SECONDS = 20.0
_FORK_SECONDS = 10.0
_FAREWELL_SECONDS = 5.0
_LONGEST_WORD = 1024
_CREDENTIALS = struct.Struct("3i")  # unix(7): process, user, group


class ForkServer:
    """The server; it is started in the background, and ends with `close` or with this process.

    Only for Linux with the sandbox (`grader.sandbox.isolation.choose_isolation`).
    """

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ready = False
        self.has_forked = False
        """Whether it has ever made a copy: then this system allows it."""
        try:
            with theirs:
                self._process = _start(theirs)
        except OSError as error:
            self._control.close()
            raise MachineFault(f"The sandbox cannot be started on this machine: {error}.") from error

    def fork(self, listener: socket.socket, scratch: int) -> Fork:
        """Return a fresh copy, which waits for its job.

        It will serve on `listener`, and may write `scratch` bytes to its files.  Raises `MachineFault`: the server has
        ended, or this system allows no namespaces within others.
        """
        fork = Fork()
        try:
            self._wait_until_ready()
            descriptors = [listener.fileno(), *fork.theirs]
            order = json.dumps({"scratch": scratch}).encode()
            ancillary = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))
            self._control.sendmsg([order], [ancillary])
            fork.close_theirs()  # so that it is heard if nobody has them any more
            fork.begin()
        except BaseException as error:
            fork.close_theirs()
            fork.close_pipes()
            if isinstance(error, OSError):
                raise MachineFault(f"The sandbox for many apps has ended: {error}.") from error
            raise
        self.has_forked = True
        return fork

    def _wait_until_ready(self) -> None:
        if not self._ready:
            if not _readable(self._control, _START_SECONDS) or not self._control.recv(_LONGEST_WORD):
                raise MachineFault("The sandbox for many apps does not start on this machine.")
            self._ready = True

    def close(self) -> None:
        """End the server, and with it everything that came from it."""
        self._control.close()
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_FAREWELL_SECONDS)


def _start(theirs: socket.socket) -> Session:
    return Session(
        isolation.fork_server_command(socket=theirs.fileno()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=isolation.environment("sandbox", isolation.WORK),
        cwd="/",
        start_new_session=True,
        pass_fds=[theirs.fileno()],
    )


class Fork:
    """One copy, with the part of `subprocess.Popen` that is used of an app's process."""

    def __init__(self) -> None:
        self.pid = 0
        self.killed = False
        """Whether it ended with the server and not by itself: then there is nobody left to say how."""
        self._code: int | None = None
        self._status, status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        job_out, job_in = os.pipe()
        events_out, events_in = os.pipe()
        output_out, output_in = os.pipe()
        self.theirs: Sequence[int] = (job_out, events_in, output_in, status.detach())
        self.stdin: IO[bytes] = os.fdopen(job_in, "wb")
        self.stdout: IO[bytes] = os.fdopen(events_out, "rb")
        self.stderr: IO[bytes] = os.fdopen(output_out, "rb")
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Wait until it is behind its walls.

        Raises `MachineFault`: it could not be put there.
        """
        if not _readable(self._status, _FORK_SECONDS):
            raise MachineFault("The sandbox for many apps does not answer on this machine.")
        word, ancillary, _flags, _address = self._status.recvmsg(_LONGEST_WORD, socket.CMSG_SPACE(_CREDENTIALS.size))
        processes = [
            _CREDENTIALS.unpack(content)[0]
            for level, kind, content in ancillary
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
        ]
        if word != b"begun" or not processes:
            said = word.decode("utf-8", "replace").removeprefix("refused ")
            raise MachineFault(f"This system allows no sandbox within the sandbox: {said or 'no reason given'}.")
        self.pid = processes[0]

    def poll(self) -> int | None:
        """Return the exit code if it has ended."""
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float) -> int:
        """Wait for the end.

        Raises `subprocess.TimeoutExpired`: it has not ended in so many seconds.
        """
        with self._lock:
            if self._code is None:
                if not _readable(self._status, timeout):
                    raise subprocess.TimeoutExpired("a forked app", timeout)
                word = self._status.recv(_LONGEST_WORD)
                self.killed = not word
                self._code = int(word.split()[1]) if word else 128 + signal.SIGKILL
                self._status.close()
            return self._code

    def kill(self) -> None:
        """End it and everything that it has started."""
        with suppress(OSError):  # it has ended
            self._status.shutdown(socket.SHUT_WR)  # its keeper hears of it

    def close_theirs(self) -> None:
        """Close what only the other side uses."""
        for descriptor in self.theirs:
            os.close(descriptor)
        self.theirs = ()

    def close_pipes(self) -> None:
        """Close what this side would have used."""
        for pipe in (self.stdin, self.stdout, self.stderr):
            pipe.close()
        self._status.close()


def _readable(connection: socket.socket, seconds: float) -> bool:
    deadline = Deadline(seconds)
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    while True:
        if poll.poll(int(1000 * deadline.step)):
            return True
        if deadline.expired:
            return False
