"""The student's app as a process in its jail: started, fed, watched and ended from outside."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from grader.clock import Deadline
from grader.faults import MachineFault, StudentFault
from grader.site import explain, isolation, messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.site.isolation import Isolation
    from grader.site.limits import RunLimits
    from grader.site.messages import Crash, Frame, Serving

_WATCH_SECONDS = 0.2
_FAREWELL_SECONDS = 5
_MOST_EVENTS = 1_000
_SECONDS_FOR_THE_CRASH = 1.0
_MEGABYTE = 1024 * 1024


class AppProcess:
    """A Python in the jail.  It can be started before its job is known, so that loading Flask costs no time.

    Parameters
    ----------
    preload
        False where the hand-in has files that hide Python's or Flask's own modules: then nothing may be loaded before.
    room
        The size of the hand-in in bytes, which comes on top of what the app may write.

    """

    def __init__(self, kind: Isolation, limits: RunLimits, *, preload: bool = True, room: int = 0) -> None:
        self.kind: Isolation = kind
        self.limits = limits
        self.preloaded = preload
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._folder = None if kind == "sandbox" else tempfile.TemporaryDirectory(prefix="grader-")
        root = self._folder.name if self._folder else isolation.WORK
        self._events: queue.Queue[dict[str, Any]] = queue.Queue(_MOST_EVENTS)
        self._ended = threading.Event()
        self._output = bytearray()
        self._busy: Frame | None = None
        self._broken_limit: StudentFault | None = None
        self._closed = threading.Event()
        self._process = self._start(root, preload=preload, scratch=limits.written + room)
        for work in (self._read_events, self._read_output):
            threading.Thread(target=work, name=f"app {work.__name__}", daemon=True).start()

    def _start(self, root: str, *, preload: bool, scratch: int) -> subprocess.Popen[bytes]:
        """Start the process from the thread that watches over it.

        The sandbox ends with the thread that started it, not only with the process: that is what
        ``--die-with-parent`` (prctl(2), PR_SET_PDEATHSIG) means.
        """
        started: Future[subprocess.Popen[bytes]] = Future()

        def live() -> None:
            try:
                started.set_result(self._spawn(root, preload=preload, scratch=scratch))
            except BaseException as error:  # noqa: BLE001 - raised again where the start is waited for
                started.set_exception(error)
            else:
                self._watch(started.result())

        threading.Thread(target=live, name="app watch", daemon=True).start()
        return started.result()

    def _spawn(self, root: str, *, preload: bool, scratch: int) -> subprocess.Popen[bytes]:
        number = self._listener.fileno()
        options: dict[str, Any] = {"start_new_session": True, "pass_fds": [number]} if os.name == "posix" else {}
        try:
            return subprocess.Popen(
                isolation.command(self.kind, root=root, socket=number, preload=preload, scratch=scratch),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=isolation.environment(self.kind, root),
                cwd="/" if os.name == "posix" else root,
                **options,
            )
        except OSError as error:
            raise MachineFault(f"The app cannot be started on this machine: {error}.") from error

    def load(self, files: Mapping[str, bytes], app: str) -> Serving:
        """Hand in the job and wait until the app answers.

        Raises
        ------
        StudentFault
            It does not come up; says why, with file and line.

        """
        deadline = Deadline(self.limits.load)
        sender = threading.Thread(target=self._send, args=(files, app), name="app sender", daemon=True)
        sender.start()
        asked: Frame | None = None
        left: tuple[str, Frame | None] | None = None
        while True:
            event = self._next_event()
            if event is None:
                if self._ended.is_set():
                    raise self._broken_limit or self._died(app, left)
                if deadline.expired:
                    raise explain.endless_load(self.limits.load, app, self._busy)
                continue
            name = event["event"]
            if name == "serving":
                self._listener.close()
                return messages.serving(event)
            if name == "input":
                asked = _last(messages.frames(event))
            elif name == "exit":
                left = (str(event.get("how")), _last(messages.frames(event)))
                if left[0] == "sys.exit":
                    raise explain.leaves_python(*left, app)
            elif name == "no-app":
                raise explain.no_flask_app(app)
            elif name == "failed":
                crash = messages.crash(event)
                if asked and crash.type == "EOFError":
                    raise explain.asks_for_input(asked, app)
                raise explain.load_failure(crash, app, files)

    def _next_event(self) -> dict[str, Any] | None:
        """Wait a moment for the next event; after the end of the process there is no waiting."""
        try:
            return self._events.get(timeout=0 if self._ended.is_set() else 0.05)
        except queue.Empty:
            return None

    def _died(self, app: str, left: tuple[str, Frame | None] | None) -> StudentFault:
        if left is not None:
            return explain.leaves_python(*left, app)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_FAREWELL_SECONDS)
        if self.kind == "sandbox" and b"bwrap: " in self._output[:200]:
            raise MachineFault(f"The sandbox cannot be started: {self.output.strip()[:300]}", hint="grader doctor")
        return explain.died(app, self._process.returncode, self._busy)

    def _send(self, files: Mapping[str, bytes], app: str) -> None:
        header: dict[str, Any] = {
            "app": app,
            "files": [[name, len(content)] for name, content in files.items()],
            "limits": {
                "memory": self.limits.memory,
                "open_files": self.limits.open_files,
                "written": self.limits.written,
            },
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

    def _read_events(self) -> None:
        pipe = self._process.stdout
        with suppress(OSError, ValueError):
            while pipe is not None and (line := pipe.readline(messages.LONGEST_LINE)):
                event = messages.parse(line)
                if event is None:
                    continue
                if event["event"] == "busy":
                    self._busy = _last(messages.frames(event))
                    continue
                with suppress(queue.Full):
                    self._events.put_nowait(event)
        self._ended.set()

    def _read_output(self) -> None:
        pipe = self._process.stderr
        with suppress(OSError, ValueError):
            while pipe is not None and (piece := os.read(pipe.fileno(), 65536)):
                self._output += piece[: max(0, self.limits.output - len(self._output))]

    @property
    def output(self) -> str:
        """What the app has printed, as far as it is kept."""
        return bytes(self._output).decode("utf-8", "replace")

    @property
    def busy_at(self) -> Frame | None:
        """The student's line that was last seen at work for longer."""
        return self._busy

    @property
    def broken_limit(self) -> StudentFault | None:
        """Which limit the app has broken, if it was ended for that."""
        return self._broken_limit

    @property
    def alive(self) -> bool:
        """Whether the app still runs."""
        return self._process.poll() is None

    def forget_events(self) -> None:
        """Drop what has been reported so far: the next request begins."""
        self._busy = None
        while self._next_event_now() is not None:
            pass

    def _next_event_now(self) -> dict[str, Any] | None:
        try:
            return self._events.get_nowait()
        except queue.Empty:
            return None

    def crash(self) -> Crash | None:
        """Return the exception behind a reply with a server error; it was reported before the reply was sent."""
        deadline = Deadline(_SECONDS_FOR_THE_CRASH)
        while not deadline.expired:
            event = self._next_event()
            if event is not None and event["event"] == "exception":
                return messages.crash(event)
            if event is None and self._ended.is_set():
                break
        return None

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """End the app when all its processes together use more than they may."""
        while not self._closed.wait(_WATCH_SECONDS):
            memory, processes = _use_of(process.pid)
            if memory > self.limits.memory:
                self._broken_limit = StudentFault(
                    f"The app took more than {self.limits.memory // _MEGABYTE} MB of memory and was ended.",
                    hint="Look for a list, text or file that grows without end.",
                )
            elif processes > self.limits.processes:
                self._broken_limit = StudentFault(
                    f"The app started more than {self.limits.processes} processes and threads and was ended.",
                    hint="A web app for this exercise needs none of its own.",
                )
            if self._broken_limit is not None:
                self._kill()
                return

    def _kill(self) -> None:
        """End the app and everything that it has started; in the sandbox that is the kernel's work."""
        if self.kind == "process":
            self._kill_children()
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(OSError):
            self._process.kill()

    def _kill_children(self) -> None:
        import psutil

        with suppress(psutil.Error):
            for child in psutil.Process(self._process.pid).children(recursive=True):
                with suppress(psutil.Error):
                    child.kill()

    def close(self) -> None:
        """End the app; nothing of it is left."""
        self._closed.set()
        self._listener.close()
        self._kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_FAREWELL_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        if self._folder is not None:
            with suppress(OSError):
                self._folder.cleanup()


def _last(frames: tuple[Frame, ...]) -> Frame | None:
    return frames[-1] if frames else None


def _use_of(pid: int) -> tuple[int, int]:
    """Return memory in bytes, and the number of processes and threads."""
    import psutil

    memory = tasks = 0
    with suppress(psutil.Error):
        top = psutil.Process(pid)
        for process in (top, *top.children(recursive=True)):
            with suppress(psutil.Error):
                used = process.memory_info()
                memory += used.rss - getattr(used, "shared", 0)
                tasks += process.num_threads()
    return memory, tasks
