"""A route of a Flask app: what the running app and its source both know."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.model.places import InCode


@dataclass(frozen=True)
class Route(InCode):
    """A route of the app: its rule as written, and where its view is.

    `arguments` holds the converter's class name for each variable part.
    """

    rule: str
    methods: tuple[str, ...]
    arguments: dict[str, str] = field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    function: str | None = None
