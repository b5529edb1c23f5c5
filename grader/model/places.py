"""Where in the hand-in something is: a file, and a line of it; a route is such a place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict


class CodePlace(TypedDict):
    """A path relative to the hand-in and a line number from 1, as faults take them."""

    file: str | None
    line: int | None


NOWHERE: CodePlace = {"file": None, "line": None}


class InCode:
    """What stands at a line of the hand-in: a frame of a traceback, a route, a call."""

    file: str | None
    line: int | None

    @property
    def place(self) -> CodePlace:
        """Its place, for a fault: ``Failed(message, **frame.place)``."""
        return {"file": self.file, "line": self.line}

    @property
    def place_name(self) -> str:
        """Its place as sentences name it: ``app.py line 14``, or the file alone."""
        return f"{self.file} line {self.line}" if self.line else f"{self.file}"


@dataclass(frozen=True)
class Route(InCode):
    """A route of the app, as the running app and its source both know it: its rule as written, and where its view is.

    `arguments` holds the converter's class name for each variable part.
    """

    rule: str
    methods: tuple[str, ...]
    arguments: dict[str, str] = field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    function: str | None = None
