"""The student's app as a process in its jail: started, fed, watched and ended from outside."""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.machine.allowance import Allowance
from grader.machine.clock import TICK, Deadline
from grader.machine.ending import Session
from grader.model.faults import MachineFault, StudentFault
from grader.sandbox import isolation, messages
from grader.sandbox.leftovers import remove_folder
from grader.sandbox.limits import HINTS, MEGABYTE
from grader.sandbox.messages import LONGEST_PATH, Ended, MadeFrom, StoodIn
from grader.sandbox.other_pythons import is_elsewhere
from grader.sandbox.packages import modules_of
from grader.sandbox.reports import Reports
from grader.sandbox.shadows import hidden_modules
from grader.sandbox.words import not_serving
from grader.sandbox.words.loading import load_failure
from grader.source.endless import Endurance
from grader.source.imports import Imports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.fork_server import Fork, ForkServer
    from grader.sandbox.isolation import Isolation
    from grader.sandbox.limits import RunLimits
    from grader.sandbox.messages import Crash, Frame, Serving

_log = logging.getLogger(__name__)

_SECONDS_TO_START = 60  # Python and Flask, cold and behind a virus scanner
_NEARLY = 0.75  # of the time there is: early enough to be read, and as late as can be
_FAREWELL_SECONDS = 5
_FROM_ANYBODY = (-9, -15)  # SIGKILL, SIGTERM
_SECONDS_FOR_THE_CRASH = 3.0  # on a busy machine; otherwise it is there at once, or the word that there was none
_SECONDS_FOR_WHAT_WAS_RENDERED = 1.0
_SECONDS_FOR_THE_END = 2.0
_LOOK_SECONDS = 0.01
_ROUNDING = 20 * MEGABYTE  # 5,000 files, each a page longer than its content
_RESERVE = 16 * MEGABYTE
_SCARCE = 32 * MEGABYTE
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
        self._broken_limit: StudentFault | None = None
        self._closed = threading.Event()
        self._folder: str | None = None
        self._asked: Frame | None = None
        self._ended: Ended | None = None
        self.stood_in: list[StoodIn] = []
        """What is imported and not there, and was stood in for."""
        try:
            self._folder = None if kind == "sandbox" else _new_folder()
            root = self._folder or isolation.WORK
            self._process: Session | Fork = self._fork(server) if server else self._spawn(root)
        except BaseException:
            self._listener.close()
            self._remove_folder()
            raise
        pipes = self._process
        if pipes.stdout is None or pipes.stderr is None:
            raise AssertionError
        self._reports = Reports(pipes.stdout, root)
        self._printing = threading.Thread(
            target=self._read_output, args=(pipes.stderr,), name="app output", daemon=True
        )
        self._printing.start()

    def _fork(self, server: ForkServer) -> Fork:
        return server.fork(self._listener, self._scratch)

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

    def load(self, files: Mapping[str, bytes], app: str, allowance: Allowance | None = None) -> Serving:
        """Hand in the job and wait until the app answers.

        Parameters
        ----------
        allowance
            From which the time is taken that the student's code needs to come up.

        Raises
        ------
        StudentFault
            It does not come up; says why, with file and line.
        MachineFault
            The jail does not come up, or there is no more space for the app's files.
        AppLost
            The jail was ended from outside.

        """
        self._imports = Imports(files)
        not_serving.require_flask(files, self._imports, app)
        self._reports.know(files)
        self._endurance = Endurance(files)
        threading.Thread(target=self._watch, args=(self._process,), name="app watch", daemon=True).start()
        threading.Thread(target=self._send, args=(files, app), name="app sender", daemon=True).start()
        event = self._wait_for_ready(app)
        with (allowance or Allowance(self.limits.total)).waiting(self.limits.load) as deadline:
            while not deadline.expired:
                if event is not None and event["event"] == "serving":
                    self._listener.close()
                    return self._serving(event)
                if event is not None:
                    self._refuse(event, app, files)
                event = self._next_event(app)
                if event is None and self.is_stuck(self.limits.load):
                    break
        raise not_serving.endless_load(self.limits.load, app, self.busy_at)

    def _wait_for_ready(self, app: str) -> dict[str, Any] | None:
        """Wait until the student's code is begun, which is this machine's own time; return what is heard by then."""
        deadline = Deadline(_SECONDS_TO_START)
        while not deadline.expired:
            event = self._next_event(app)
            if self._reports.ready or event is not None:
                return event
        raise MachineFault(f"This machine was not able to start Python for the app in {_SECONDS_TO_START:.0f} seconds.")

    def _refuse(self, event: dict[str, Any], app: str, files: Mapping[str, bytes]) -> None:
        """Raise what an event says of an app that does not come up; keep what only explains what comes later."""
        name = event["event"]
        if name == "exit":
            raise self._left(event, app)
        if name == "no-app":
            raise not_serving.no_flask_app(app)
        if name == "failed":
            raise self._failure(messages.crash(event), app, files)
        self._note_event(event)

    def _next_event(self, app: str) -> dict[str, Any] | None:
        """Wait a moment for what is reported next; where it has ended and nothing more comes, raise why."""
        gone = self._gone
        if gone:
            self._reports.ended.wait(_SECONDS_FOR_THE_END)  # its last words may still be on their way
        event = self._reports.next(TICK / 2)
        if event is None and gone:
            raise self._death(app)
        return event

    @property
    def _gone(self) -> bool:
        """Whether the app has ended; what it had started may still hold the pipes open."""
        return self._reports.ended.is_set() or self._process.poll() is not None

    def _failure(self, crash: Crash, app: str, files: Mapping[str, bytes]) -> StudentFault:
        """Say what an exception on loading means."""
        if self._asked and crash.type == "EOFError":
            return not_serving.asks_for_input(self._asked, app)
        taken = [one.module for one in self.stood_in if one.is_pythons and self._imports.takes_all(one.module)]
        if taken and crash.type == "NameError" and crash.last:
            return not_serving.other_systems_module(taken[0], crash.last.file, crash.last.line)
        limit = self._limit_behind(crash)
        if limit is None:
            return load_failure(crash, app, files)
        return _exceeded(limit, "while it was started", crash.last)

    def _note_event(self, event: dict[str, Any]) -> None:
        """Keep what explains what comes later."""
        if event["event"] == "input":
            self._asked = messages.last_frame(event)
        elif event["event"] == "stood-in":
            self.stood_in.append(messages.stood_in(event))
        elif event["event"] == "child-failed":
            self._ended = Ended(messages.crash(event), None)

    def _serving(self, event: dict[str, Any]) -> Serving:
        self._require_this_system()
        serving = messages.serving(event)
        return replace(serving, ended=serving.ended or self._ended) if serving.run is None else serving

    def _require_this_system(self) -> None:
        """Let a person decide where a view is written for another system."""
        imports = self._imports
        for one in self.stood_in:
            used = imports.line_of_use(one.module) if one.is_pythons else None
            if used is not None:
                raise not_serving.other_systems_module(one.module, *used)
        name = imports.name_used(is_elsewhere)
        if name is not None:
            raise not_serving.other_systems_module(*name)

    def _left(self, event: dict[str, Any], app: str) -> StudentFault:
        """Say what it means that the app has ended by itself."""
        where = messages.last_frame(event)
        if event.get("how") != "os._exit":
            deadline = Deadline(_SECONDS_FOR_THE_END)
            while not self._gone and not deadline.expired:
                self._reports.ended.wait(_LOOK_SECONDS)
            self._printing.join(_SECONDS_FOR_THE_CRASH)
            said = messages.crash(event).message
            printed = self.output if said.isdecimal() else f"{self.output}\n{said}"  # sys.exit("…") prints its words
            fault = not_serving.wants_arguments(printed, where, app)
            if fault is not None:
                return fault
        return not_serving.leaves_python(_way_out(event), where, app)

    def _death(self, app: str) -> StudentFault | MachineFault | AppLost:
        """Say why the process is no more; only what happened after the student's code was begun is the student's."""
        code = self._exit_code()
        if self._broken_limit is not None:
            return self._broken_limit
        if self._lost:
            return AppLost("The app's jail was ended from outside.")
        if not self._reports.ready:
            self._require_space()
            self._printing.join(_FAREWELL_SECONDS)
            hint = "grader doctor says what this machine lacks."
            return MachineFault(f"The app's Python cannot be started: {self.output.strip()[-300:] or code}", hint=hint)
        return not_serving.died(app, code, self.busy_at)

    def _exit_code(self) -> int | None:
        """Return the app's exit code, negative for a signal; bubblewrap adds 128 to it as shells do."""
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_FAREWELL_SECONDS)
            return 128 - code if self.kind == "sandbox" and code > 128 else code  # noqa: PLR2004
        return None

    def _send(self, files: Mapping[str, bytes], app: str) -> None:
        limits, imports = self.limits, self._imports
        files = _in_order(files, app)
        header: dict[str, Any] = {
            "app": app,
            "files": [[name, len(content)] for name, content in files.items()],
            "hidden": [] if self.preloaded else hidden_modules(files, app),
            "modules": modules_of(limits.packages),
            "unused": sorted(imports.unused()),
            "tried": sorted(imports.tried()),
            "limits": {
                "memory": limits.memory,
                "reserve": _RESERVE,
                "open_files": limits.open_files,
                "written": limits.written,
                "tasks": isolation.most_tasks(self.kind, limits.processes),
                "cpu": 2 * int(limits.load + limits.total),  # a last net; time is measured outside
            },
            "stuck": _NEARLY * min(limits.load, limits.request),
        }
        if sys.platform == "win32":
            header["shared_socket"] = self._listener.share(self._process.pid).hex()
        pipe = self._process.stdin
        with suppress(OSError, ValueError):  # a process that has died is heard of on the other pipe
            if pipe is not None:
                pipe.write(json.dumps(header).encode() + b"\n")
                for content in files.values():
                    pipe.write(content)
                pipe.flush()

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
        return self._reports.busy

    def is_stuck(self, seconds: float, port: int | None = None) -> bool:
        """Whether it is at a line that surely takes longer, which need not be waited for.

        Parameters
        ----------
        port
            From which was asked for what is at work there; None while app.py is loaded.

        """
        at = self._reports.busy_for(port)
        return at is not None and self._endurance.of(at.file, at.line) > seconds

    @property
    def broken_limit(self) -> StudentFault | None:
        """Which limit the app has broken, if it was ended for that."""
        return self._broken_limit

    @property
    def alive(self) -> bool:
        """Whether the app still runs."""
        return not self._gone

    @property
    def was_killed(self) -> bool:
        """Whether it got a signal that it may have sent itself, or that came from outside; another try will tell."""
        ended = self._process.poll() is not None
        return ended and self._broken_limit is None and self._exit_code() in _FROM_ANYBODY

    @property
    def _lost(self) -> bool:
        return self.kind == "sandbox" and self._process.killed and self._broken_limit is None

    def has_died(self) -> bool:
        """Whether the app has ended; waits a moment for its end and for its last words.

        Raises
        ------
        AppLost
            It was ended from outside.

        """
        deadline = Deadline(_SECONDS_FOR_THE_END)  # it is heard of a moment after its last connection was closed
        while not self._gone and not deadline.expired:
            self._reports.ended.wait(_LOOK_SECONDS)
        if self._gone:
            self._reports.ended.wait(_FAREWELL_SECONDS)
            self._exit_code()
            if self._lost:
                raise AppLost("The app's jail was ended from outside.")
        return self._gone

    def forget_events(self) -> None:
        """Drop what has been reported so far: the next request begins."""
        self._reports.forget()

    def crash(self) -> Crash | None:
        """Return the exception behind a reply with a server error; it was reported before the reply was sent."""
        deadline = Deadline(_SECONDS_FOR_THE_CRASH)
        found: Crash | None = None
        while not deadline.expired:
            event = self._reports.next(TICK / 2)
            if event is None and self._gone:
                break
            if event is not None and event["event"] == "exception":
                found = messages.crash(event)
            if event is not None and event["event"] == "server-error":
                break  # the last that is said of a request: waited for, so that the next one does not hear it
        limit = self._limit_behind(found) if found else None
        return replace(found, message=f"the app {limit}") if found and limit else found

    def made_from(self, path: str) -> MadeFrom:
        """Return what the page that was just received was rendered from; it is reported once all of it is sent."""
        deadline = Deadline(_SECONDS_FOR_WHAT_WAS_RENDERED)
        while not deadline.expired:
            event = self._reports.next(TICK / 2)
            if event is None and self._gone:
                break
            if event is not None and event["event"] == "answered" and event.get("path") == path[:LONGEST_PATH]:
                return messages.made_from(event)
        return MadeFrom()

    def _limit_behind(self, crash: Crash) -> str | None:
        """Return which limit an exception tells of.

        Raises
        ------
        MachineFault
            It is not the app's disk that is full but the machine's.

        """
        limit = self.limits.behind(crash)
        if limit == self.limits.written_exceeded:
            self._require_space()
            _require_large_files(self.limits.written)
        return limit

    def _require_space(self) -> None:
        if self._folder is not None:
            with suppress(OSError):
                if shutil.disk_usage(self._folder).free < _SCARCE:
                    raise MachineFault(f"The disk with {self._folder} is full.", hint="Free some space and try again.")

    def _watch(self, process: Session | Fork) -> None:
        """End the app when all its processes together use more than they may; before its job it is our own program."""
        from grader.machine.process_tree import Family
        from grader.sandbox.usage import broken_limit

        family = Family(process.pid)
        while not self._closed.wait(TICK):
            self._note(broken_limit(family, self._folder, self.room, self.limits))
            if self._broken_limit is not None:
                self._kill(process)
                return

    def _note(self, limit: str | None) -> None:
        if limit is not None and self._broken_limit is None:
            self._broken_limit = _exceeded(limit, "and was ended", self._reports.busy)

    def _kill(self, process: Session | Fork) -> None:
        """End the app and everything that it has started; in the sandbox that is the kernel's work."""
        if self._folder is not None:
            from grader.machine.process_tree import Family
            from grader.sandbox.usage import end_descendants

            end_descendants(Family(process.pid))
        process.kill()

    def close(self) -> None:
        """End the app; nothing of it is left."""
        self._closed.set()
        self._listener.close()
        self._kill(self._process)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_FAREWELL_SECONDS)
        if self._folder is not None:
            from grader.sandbox.usage import end_strays

            end_strays(self._folder)
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        for reader in (self._reports.thread, self._printing):  # at the end of the pipes nobody is left who holds them
            reader.join(_FAREWELL_SECONDS)
        self._remove_folder()

    def _remove_folder(self) -> None:
        if self._folder is not None:
            remove_folder(self._folder)


def _require_large_files(size: int) -> None:
    """Make sure that this machine lets files be as large as an app may make them.

    Raises
    ------
    MachineFault
        Somebody has limited them to less.

    """
    if sys.platform == "win32":
        return
    import resource

    most = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    if most != resource.RLIM_INFINITY and most < size:
        raise MachineFault(
            f"Files on this machine may be no larger than {most:,} bytes.", hint="Lift the limit: ulimit -f unlimited"
        )


def _in_order(files: Mapping[str, bytes], app: str) -> dict[str, bytes]:
    """Put first what is to stand where a disk takes two names for one: the app, then names without capitals."""
    names = sorted(files, key=lambda name: (name != app, name != name.lower(), name))
    return {name: files[name] for name in names}


def _new_folder() -> str:
    try:
        return os.path.realpath(tempfile.mkdtemp(prefix="grader-"))
    except OSError as error:
        raise MachineFault(
            f"There is no place for the app's files: {error.strerror or error}.",
            hint=f"Free some space, or name a folder that can be written to in TMPDIR (now {tempfile.gettempdir()}).",
        ) from error


def _exceeded(limit: str, when: str, at: Frame | None) -> StudentFault:
    place = f" at {at.file} line {at.line}" if at else ""
    return StudentFault(
        f"The app {limit}{place} {when}.",
        observed=at.text if at else None,
        hint=HINTS[limit.partition(" ")[0]],
        file=at.file if at else None,
        line=at.line if at else None,
    )


def _way_out(event: dict[str, Any]) -> str:
    """Return how Python was left; one of the ways that we know."""
    return "os._exit" if event.get("how") == "os._exit" else "sys.exit"
