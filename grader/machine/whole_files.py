"""Where this system keeps what can be made again, files that are written whole or not at all, and why they are not."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from grader.model.faults import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model.faults import MachineFault

CACHE_VARIABLE = "GRADER_CACHE"


def user_cache() -> Path:
    """Return where this system's programs keep what they can make again."""
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def cache_folder() -> Path:
    """Return the grader's own folder there, or the one that ``GRADER_CACHE`` names; it need not exist."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else user_cache() / "flask-activity-grader"


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Write beside a file and then put it in its place: whatever goes wrong leaves the one before.

    Its folder is made where it does not exist.  Raises `OSError`: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".grader-", dir=path.parent, ignore_cleanup_errors=True) as staging:
        new = Path(staging) / path.name
        with new.open("wb") as file:
            yield file
        new.replace(path)


@contextmanager
def said_plainly(
    what: str, *, hint: str | None = None, fault: type[InputError | MachineFault] = InputError
) -> Iterator[None]:
    """Have what the machine refuses end in a sentence: `what` cannot be done, and why in the system's words."""
    try:
        yield
    except OSError as error:
        raise fault(f"{what}: {error.strerror or error}.", hint=hint) from error
