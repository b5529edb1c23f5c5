"""What the jail reports while an app runs, read by a thread of its own; bounded, whatever is sent."""

from __future__ import annotations

import os
import queue
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from grader.sandbox import messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.messages import Frame

_PIECE = 64 * 1024
_MOST_WAITING = 1_000
_LONGEST_WAITING = 1024 * 1024  # bytes; read into objects they take thirty times as much
_DUMP_BEGINS = (b"Fatal Python error", b"Windows fatal exception", b"Timeout (")  # as faulthandler writes it


class Reports:
    """The events of one app, from a pipe that is closed at its end; `root` is its folder as it is called inside."""

    def __init__(self, pipe: IO[bytes], root: str) -> None:
        self._pipe = pipe
        self._root = root
        self._waiting: queue.Queue[tuple[int, dict[str, Any]]] = queue.Queue(_MOST_WAITING)
        self._put = self._taken = 0
        self._files: Mapping[str, bytes] = {}
        self._in_dump = False
        self.ready = False
        """Whether the student's code has been begun."""
        self.busy: Frame | None = None
        """The student's line that was last seen at work for longer, or at the end of Python."""
        self._busy_for: dict[int | None, Frame] = {}
        self.ended = threading.Event()
        """Nothing more will come."""
        self.thread = threading.Thread(target=self._read, name="app reports", daemon=True)
        self.thread.start()

    def know(self, files: Mapping[str, bytes]) -> None:
        """Take note of the student's files, from which lines are quoted."""
        self._files = files

    def busy_for(self, port: int | None) -> Frame | None:
        """Return the student's line that was last seen at work for whoever asks from a port; None while it loads."""
        return self._busy_for.get(port)

    def next(self, seconds: float) -> dict[str, Any] | None:
        """Wait for the next event; after the end there is no waiting."""
        with suppress(queue.Empty):
            waiting = self._waiting
            length, event = waiting.get(timeout=seconds) if not self.ended.is_set() else waiting.get_nowait()
            self._taken += length
            return event
        return None

    def forget(self) -> None:
        """Drop what has been reported so far."""
        self.busy, self._busy_for = None, {}
        with suppress(queue.Empty):
            for _ in range(_MOST_WAITING):
                self._taken += self._waiting.get_nowait()[0]

    def _read(self) -> None:
        rest = b""
        # Who reads closes: a number given back while it is being read from would soon belong to another file.
        with self._pipe, suppress(OSError, ValueError):
            while piece := os.read(self._pipe.fileno(), _PIECE):
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    self._take(line)
                rest = rest[: messages.LONGEST_LINE + 1]  # a longer line is none of ours
        self.ended.set()

    def _take(self, line: bytes) -> None:
        if line.startswith(_DUMP_BEGINS):
            self._in_dump = True
        elif self._in_dump and (frame := messages.interpreters_frame(line, self._root, self._files)):
            self.busy, self._in_dump = frame, False  # the innermost comes first; what follows is its callers
        event = messages.parse(line)
        if event is None:
            return
        if event["event"] == "ready":
            self.ready = True
        elif event["event"] == "busy":
            self.busy = messages.last_frame(event)
            if self.busy is not None and len(self._busy_for) < _MOST_WAITING:
                self._busy_for[messages.asked_from(event)] = self.busy
        else:
            if event["event"] == "exit":
                self.busy = messages.last_frame(event)
            self._keep(len(line), event)

    def _keep(self, length: int, event: dict[str, Any]) -> None:
        """Let an event wait to be asked for, if there is room; only the reader adds, and only who asks takes."""
        if self._put - self._taken + length > _LONGEST_WAITING:
            return
        with suppress(queue.Full):
            self._waiting.put_nowait((length, event))
            self._put += length
