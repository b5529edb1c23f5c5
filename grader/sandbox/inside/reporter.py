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
    """Writes what happens as lines of JSON.

    Parameters
    ----------
    speaks
        Whether this process is the app; of others nothing is said until one of them serves.

    """

    def __init__(self, channel: int, *, speaks: bool = True) -> None:
        self.channel = channel
        self.lock = threading.Lock()
        self.process = os.getpid() if speaks else 0

    @property
    def speaks(self) -> bool:
        """Whether this process is the app, and not one that the app has forked or started."""
        return os.getpid() == self.process

    @property
    def is_copied(self) -> bool:
        """Whether this process was forked from the app's."""
        return self.process not in {0, os.getpid()}

    def take_over(self) -> None:
        """Be the app from now on."""
        self.process = os.getpid()
        self.lock = threading.Lock()

    def __call__(self, event: str, **facts: Any) -> None:
        """Write one line; without anybody to read it there is nothing left to do."""
        if not self.speaks:
            return  # how another process ends is not how the app ends
        line = json.dumps({"event": event, **facts}).encode("ascii", "replace") + b"\n"
        with self.lock:
            try:
                while line:
                    line = line[os.write(self.channel, line) :]
            except OSError:
                real_exit(1)
