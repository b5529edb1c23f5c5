"""How large a hand-in may be (contract, "Limits for one submission"), and what is said of one that is larger."""

from __future__ import annotations

from dataclasses import dataclass

from grader.model.faults import Code, InputError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class HandInLimits:
    """Bounds on what was handed in, in bytes and entries.

    Parameters
    ----------
    ratio
        How many times larger than its packed size an entry may be; text packs about twenty times.
    ratio_from
        The size of an entry from which that is looked at.
    """

    total: int = 200 * MEGABYTE
    entries: int = 5_000
    file: int = 100 * MEGABYTE
    ratio: int = 200
    ratio_from: int = 10 * MEGABYTE


def megabytes(size: int) -> str:
    """Return a size in words: ``100 MB``."""
    return f"{size / MEGABYTE:,.0f} MB" if size >= MEGABYTE or size == 0 else f"{size / MEGABYTE:.3f} MB"


def too_large(said: str, source: str, limit: str, hint: str | None = None) -> InputError:
    """Return that more was handed in than is taken in: `source` names it, and `limit` which of the bounds."""
    return InputError(said, hint=hint, code=Code.TOO_LARGE, facts={"source": source, "limit": limit})
