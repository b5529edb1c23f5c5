"""The screenshots that a handout asks for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One screenshot that the handout asks for.

    Parameters
    ----------
    id
        For example ``shot-1-code``.
    number
        The number it is labelled with in the document.
    sentence
        What the handout says it shows.
    side
        ``code`` or ``browser``: which of the two pictures under one number it is; None where there is one.

    """

    id: str
    number: int
    sentence: str = ""
    side: str | None = None

    @property
    def name(self) -> str:
        """What a message calls it."""
        return f"item {self.number} ({self.side})" if self.side else f"item {self.number}"
