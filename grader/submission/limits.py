"""How large a hand-in may be (contract, "Limits for one submission")."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class HandInLimits:
    """Bounds on what was handed in, in bytes and entries.

    Parameters
    ----------
    ratio
        How many times larger than its packed size an entry above 10 MB may be; text packs about twenty times.

    """

    total: int = 200 * MEGABYTE
    entries: int = 5_000
    file: int = 100 * MEGABYTE
    ratio: int = 200
