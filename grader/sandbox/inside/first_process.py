"""Process 1 of an app's sandbox.  The app is its child; when it ends, the kernel ends all that is left in there.

It ends with the app, and when the grader has gone, whatever that was doing when it was killed: a pipe of which nobody
holds the other end stays like that, and is seen even by who comes to look much later.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4  # prctl(2)
JOB = 0  # the pipe that only the grader writes to
MOST_DESCRIPTORS = 1024
real_exit = os._exit


def fork_the_app() -> None:
    """Return in a child, which is to be the app; this process guards it."""
    app = os.fork()
    if app != 0:
        guard(app)


def guard(app: int) -> NoReturn:
    """Wait for the app or the grader to end."""
    import select
    import signal

    os.closerange(JOB + 1, MOST_DESCRIPTORS)  # only the app is to hold the other pipes open
    be_out_of_reach()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    poll = select.poll()
    poll.register(JOB, select.POLLHUP)  # not what there is to read: that is for the app
    poll.register(woken, select.POLLIN)
    while True:
        end_with(app)
        if any(descriptor == JOB for descriptor, _ in poll.poll()):
            real_exit(1)
        os.read(woken, MOST_DESCRIPTORS)


def be_out_of_reach() -> None:
    """Let the app do nothing to this process, and do not outlive bubblewrap's process outside, if that is killed."""
    import ctypes
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as process 1 it gets no signal from within that it does not wait for
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def end_with(app: int) -> None:
    """End if the app has, as it did."""
    while True:
        child, result = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        if child == app:
            real_exit(code_of(result))


def code_of(result: int) -> int:
    """Return an exit code as shells and bubblewrap write it: 128 more than the number of a signal."""
    code = os.waitstatus_to_exitcode(result)
    return code if code >= 0 else 128 - code
