"""A grading that the page has begun: how far it is."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.classroom.records import Entry
    from grader.platforms.exports.handin import HandIn


@dataclass
class BegunGrading:
    """A grading that this page has begun: it hears how far that is."""

    changed: Callable[[], None]
    stop: threading.Event = field(default_factory=threading.Event)
    since: float = field(default_factory=time.monotonic)
    now: dict[str, HandIn] = field(default_factory=dict)
    ended_here: int = 0

    def begun(self, hand_in: HandIn) -> None:
        """Hear that one is being graded."""
        self.now[hand_in.name] = hand_in
        self.changed()

    def postponed(self, hand_in: HandIn) -> None:
        """Hear that one has to wait."""
        self.now.pop(hand_in.name, None)
        self.changed()

    def ended(self, hand_in: HandIn, entry: Entry | None) -> None:
        """Hear that one is done; what was graded before takes no time and says nothing of how long the rest takes."""
        self.now.pop(hand_in.name, None)
        self.ended_here += entry is not None
        self.changed()

    @property
    def seconds(self) -> float:
        """How long it has been going."""
        return time.monotonic() - self.since

    def left(self, to_do: int) -> float | None:
        """Return how many seconds the rest will take; None where nothing tells yet."""
        return self.seconds / self.ended_here * to_do if self.ended_here else None
