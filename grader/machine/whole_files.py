"""Files that are written whole or not at all, and why they are not."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from grader.model.faults import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model.faults import MachineFault


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
