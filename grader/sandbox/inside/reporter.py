"""What happens, told to the grader in lines of JSON."""

from __future__ import annotations

import json
import os
import threading

from .ending import real_exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Facts = dict[str, Any]

MOST_FRAMES = 20
MOST_ROUTES = 200
MOST_NAMES = 20
LONGEST_TEXT = 2000
LONGEST_NAME = 200


class Reporter:
    """Writes what happens as lines of JSON, if this process is the app; of others nothing, until one of them serves."""

    def __init__(self, channel: int, *, speaks: bool = True) -> None:
        self.channel = channel
        self.lock = threading.Lock()
        self.process = os.getpid() if speaks else 0

    @property
    def speaks(self) -> bool:
        """Whether this process is the app, and not one that the app has forked or started."""
        return os.getpid() == self.process

    def take_over(self) -> None:
        """Be the app from now on."""
        self.process = os.getpid()
        self.lock = threading.Lock()

    def __call__(self, event: str, **facts: Any) -> None:
        """Say what happens, if this process is the app: how another one ends is not how the app ends."""
        if self.speaks:
            self.write(event, facts)

    def write(self, event: str, facts: Facts) -> None:
        """Write one line, whoever this is; without anybody to read it there is nothing left to do."""
        line = json.dumps({"event": event, **facts}).encode("ascii", "replace") + b"\n"
        with self.lock:
            try:
                while line:
                    line = line[os.write(self.channel, line) :]
            except OSError:
                real_exit(1)
