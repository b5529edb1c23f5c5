"""The user's cache folder, and what is dear to reckon: kept there in small files until nobody has asked for months."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from grader.machine.whole_files import replacing

_LARGEST_FILE = 4_000_000
_DAY = 24 * 60 * 60.0
_DAYS = 120
"""A term: a class is graded again within it."""
_OURS = f"*/*/{'[0-9a-f]' * 64}.json"
"""Named by a hash.  The folder may be one that somebody has named, and hold files of theirs."""


def user_cache() -> Path:
    """Return where this system's programs keep what they can make again."""
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def cache_folder() -> Path:
    """Return the grader's own folder there, or the one that ``GRADER_CACHE`` names; it need not exist."""
    chosen = os.environ.get("GRADER_CACHE")
    return Path(chosen) if chosen else user_cache() / "flask-activity-grader"


def keep(name: str, data: Any) -> None:
    """Keep what JSON can hold under a name, which may lead through folders; not where the disk refuses it."""
    with suppress(OSError), replacing(_file(name)) as file:
        file.write(json.dumps(data).encode())


def kept(name: str) -> Any:
    """Return what is kept under a name: whatever JSON somebody has left there.

    Raises `OSError` or `ValueError`: nothing is, or it cannot be read.
    """
    path = _file(name)
    with path.open("rb") as file:
        data = json.loads(file.read(_LARGEST_FILE))
    with suppress(OSError):  # a folder that may only be read
        if path.stat().st_mtime < time.time() - _DAY:
            os.utime(path)  # it is still asked for
    return data


def forget_unused() -> None:
    """Delete what nobody has asked for in a term: a class leaves a hundred megabytes."""
    before = time.time() - _DAYS * _DAY
    for path in cache_folder().glob(_OURS):
        with suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()


def _file(name: str) -> Path:
    return cache_folder() / f"{name}.json"
