"""The student's app as a process in its jail: started, fed, watched and ended from outside."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.machine.clock import TICK, Deadline
from grader.machine.process_session import Session
from grader.model.faults import MachineFault, StudentFault
from grader.sandbox import handover, isolation, messages
from grader.sandbox.disk import new_folder, remove_folder, require_large_files, require_space
from grader.sandbox.limits import MEGABYTE, Limit, RunLimits, limit_behind
from grader.sandbox.messages import LONGEST_PATH, Crash, Frame, MadeFrom, StoodIn
from grader.sandbox.reports import Reports
from grader.source.endless import Endurance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.sandbox.fork_server import Fork, ForkServer
    from grader.sandbox.isolation import Isolation
    from grader.source.imports import Imports

_log = logging.getLogger(__name__)

_FAREWELL_SECONDS = 5
_FROM_ANYBODY = (-9, -15)  # SIGKILL, SIGTERM
_SECONDS_FOR_THE_CRASH = 3.0  # on a busy machine; otherwise it is there at once, or the word that there was none
_SECONDS_FOR_WHAT_WAS_RENDERED = 1.0
_SECONDS_FOR_THE_END = 2.0
_LOOK_SECONDS = 0.01
_ROUNDING = 20 * MEGABYTE  # 5,000 files, each a page longer than its content
_PIECE = 64 * 1024


class AppLost(Exception):
    """An app was ended by neither itself nor us.  Another try may do better; ours, never the student's."""


class AppProcess:
    """A Python in the jail.  It can be started before its job is known, so that loading Flask costs no time.

    Parameters
    ----------
    preload
        False where the hand-in has files that hide Python's or Flask's own modules: then nothing may be loaded before.
    room
        The size of the hand-in in bytes, which comes on top of what the app may write.
    server
        Where to get it from, instead of starting a Python of its own: then it is in the sandbox, with Flask loaded.

    Raises
    ------
    MachineFault
        There is no place for it, or it cannot be started.
    """

    def __init__(
        self,
        kind: Isolation,
        limits: RunLimits,
        *,
        preload: bool = True,
        room: int = 0,
        server: ForkServer | None = None,
    ) -> None:
        self.kind: Isolation = kind
        self.limits = limits
        self.preloaded = preload
        self.room = room
        self.server = server
        try:
            self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        except OSError as error:
            raise MachineFault(f"This machine gives the app no port: {error.strerror or error}.") from error
        self.port: int = self._listener.getsockname()[1]
        self._output = bytearray()
        self._printed_more = False
        self.broken_limit: StudentFault | None = None
        """Which limit the app has broken, if it was ended for that."""
        self._closed = threading.Event()
        self.folder: str | None = None
        self.stood_in: list[StoodIn] = []
        """What is imported and not there, and was stood in for."""
        try:
            self.folder = None if kind == "sandbox" else new_folder()
            root = self.folder or isolation.WORK
            self._process: Session | Fork = server.fork(self._listener, self._scratch) if server else self._spawn(root)
        except BaseException:
            self._listener.close()
            self._remove_folder()
            raise
        pipes = self._process
        if pipes.stdout is None or pipes.stderr is None:
            raise AssertionError
        self.reports = Reports(pipes.stdout, root)
        self._printing = threading.Thread(
            target=self._read_output, args=(pipes.stderr,), name="app output", daemon=True
        )
        self._printing.start()

    @property
    def _scratch(self) -> int:
        return self.limits.written + self.room + _ROUNDING

    def _spawn(self, root: str) -> Session:
        number = self._listener.fileno()
        apart: dict[str, Any] = {"start_new_session": True, "pass_fds": [number]}
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # Ctrl-C is not for the app
        command = isolation.command(self.kind, root=root, socket=number, preload=self.preloaded, scratch=self._scratch)
        _log.debug("starting %s", command)
        try:
            return Session(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=isolation.environment(self.kind, root),
                cwd="/" if os.name == "posix" else root,
                **apart,
            )
        except OSError as error:
            raise MachineFault(f"The app cannot be started on this machine: {error}.") from error

    @property
    def origin(self) -> str:
        """Where a browser finds the app: ``http://localhost:PORT``."""
        return f"http://localhost:{self.port}"

    def begin(self, files: Mapping[str, bytes], app: str, imports: Imports) -> None:
        """Hand in the job: what was handed in, content by path, and which of it is run."""
        self.reports.know(files)
        self._endurance = Endurance(files)
        told = handover.header(files, app, imports, self.limits, self.kind, preloaded=self.preloaded)
        threading.Thread(target=self._watch, args=(self._process,), name="app watch", daemon=True).start()
        threading.Thread(target=self._send, args=(told, files), name="app sender", daemon=True).start()

    def leave_socket(self) -> None:
        """Leave the socket to the app, which listens on it by now: when the app is gone, nobody does."""
        self._listener.close()

    def _send(self, told: dict[str, Any], files: Mapping[str, bytes]) -> None:
        if sys.platform == "win32":
            told["shared_socket"] = self._listener.share(self._process.pid).hex()
        if self._process.stdin is not None:
            with suppress(OSError, ValueError):  # a process that has died is heard of on the other pipe
                handover.send(self._process.stdin, told, files)

    def exit_code(self) -> int | None:
        """Return the app's exit code, negative for a signal; bubblewrap adds 128 to it as shells do."""
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_FAREWELL_SECONDS)
            return 128 - code if self.kind == "sandbox" and code > 128 else code  # noqa: PLR2004
        return None

    def _read_output(self, pipe: Any) -> None:
        with pipe, suppress(OSError, ValueError):
            while piece := os.read(pipe.fileno(), _PIECE):
                room = self.limits.output - len(self._output)
                self._output += piece[:room]
                self._printed_more |= len(piece) > room

    @property
    def output(self) -> str:
        """What the app has printed, as far as it is kept."""
        more = f"\n[more than {self.limits.output // 1024} KB; the rest was not kept]" if self._printed_more else ""
        return bytes(self._output).decode("utf-8", "replace") + more

    @property
    def busy_at(self) -> Frame | None:
        """The student's line that was last seen at work for longer, or that ended Python."""
        return self.reports.busy

    def is_stuck(self, seconds: float, port: int | None = None) -> bool:
        """Whether it is at a line that surely takes longer: for who asked from a port, or, without one, as it loads."""
        at = self.reports.busy_for(port)
        return at is not None and self._endurance.of(at.file, at.line or 0) > seconds

    def all_output(self) -> str:
        """Return what the app has printed, once it has ended."""
        self._printing.join(_FAREWELL_SECONDS)
        return self.output

    @property
    def alive(self) -> bool:
        """Whether the app still runs; when it has ended, what it had started may still hold the pipes open."""
        return not self.reports.ended.is_set() and self._process.poll() is None

    @property
    def was_killed(self) -> bool:
        """Whether it got a signal that it may have sent itself, or that came from outside; another try will tell."""
        ended = self._process.poll() is not None
        return ended and self.broken_limit is None and self.exit_code() in _FROM_ANYBODY

    def lost(self) -> AppLost | None:
        """Return what is to be said where the app was ended from outside; None where it was not."""
        killed = self.kind == "sandbox" and self._process.killed and self.broken_limit is None
        return AppLost("The app's jail was ended from outside.") if killed else None

    def wait_for_its_end(self) -> bool:
        """Return whether the app has ended; it is heard of a moment after its last word or connection."""
        deadline = Deadline(_SECONDS_FOR_THE_END)
        while self.alive and not deadline.expired:
            self.reports.ended.wait(_LOOK_SECONDS)
        return not self.alive

    def has_died(self, *, wait: bool = True) -> bool:
        """Return whether the app has ended; waits for its last words, and unless told not to, a moment for its end.

        Raises `AppLost`: it was ended from outside.
        """
        if self.alive and not (wait and self.wait_for_its_end()):
            return False
        self.reports.ended.wait(_FAREWELL_SECONDS)
        self.exit_code()
        if (lost := self.lost()) is not None:
            raise lost
        return True

    def forget_events(self) -> None:
        """Drop what has been reported so far: the next request begins."""
        self.reports.forget()

    def crash(self) -> Crash | None:
        """Return the exception behind a reply with a server error; it was reported before the reply was sent."""
        found: Crash | None = None
        for event in self._events(_SECONDS_FOR_THE_CRASH):
            if event["event"] == "exception":
                found = messages.crash(event)
            elif event["event"] == "server-error":
                break  # the last that is said of a request: waited for, so that the next one does not hear it
        limit = self.limit_behind(found) if found else None
        return replace(found, message=f"the app {self.limits.exceeded(limit)}") if found and limit else found

    def made_from(self, path: str) -> MadeFrom:
        """Return what the page that was just received was rendered from; it is reported once all of it is sent."""
        for event in self._events(_SECONDS_FOR_WHAT_WAS_RENDERED):
            if event["event"] == "answered" and event.get("path") == path[:LONGEST_PATH]:
                return messages.made_from(event)
        return MadeFrom()

    def _events(self, seconds: float) -> Iterator[messages.Message]:
        """Yield what is reported from now on, for so long, or until the app has ended."""
        deadline = Deadline(seconds)
        while not deadline.expired:
            event = self.reports.next(TICK / 2)
            if event is not None:
                yield event
            elif not self.alive:
                return

    def limit_behind(self, crash: Crash) -> Limit | None:
        """Return which limit an exception tells of.

        Raises `MachineFault`: it is not the app's disk that is full but the machine's.
        """
        limit = limit_behind(crash)
        if limit == "written":
            require_space(self.folder)
            require_large_files(self.limits.written)
        return limit

    def _watch(self, process: Session | Fork) -> None:
        """End the app when all its processes together use more than they may; before its job it is our own program."""
        from grader.machine.process_tree import ProcessTree
        from grader.sandbox.usage import broken_limit

        tree = ProcessTree(process.pid)
        while not self._closed.wait(TICK):
            if (limit := broken_limit(tree, self.folder, self.room, self.limits)) is not None:
                self.broken_limit = self.limits.fault(limit, "and was ended", self.reports.busy)
                self._kill(process)
                return

    def _kill(self, process: Session | Fork) -> None:
        """End the app and everything that it has started; in the sandbox that is the kernel's work."""
        if self.folder is not None:
            from grader.machine.process_tree import ProcessTree
            from grader.sandbox.usage import end_descendants

            end_descendants(ProcessTree(process.pid))
        process.kill()

    def close(self) -> None:
        """End the app; nothing of it is left."""
        self._closed.set()
        self._listener.close()
        self._kill(self._process)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_FAREWELL_SECONDS)
        if self.folder is not None:
            from grader.sandbox.usage import end_strays

            end_strays(self.folder)
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        for reader in (self.reports.thread, self._printing):  # at the end of the pipes nobody is left who holds them
            reader.join(_FAREWELL_SECONDS)
        self._remove_folder()

    def _remove_folder(self) -> None:
        if self.folder is not None:
            remove_folder(self.folder)
