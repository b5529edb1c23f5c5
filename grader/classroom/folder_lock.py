"""Who may do what in an output folder: one at a time grades, and one at a time writes what is published."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from filelock import FileLock, Timeout

from grader.classroom.errors import ClassError
from grader.model.faults import Code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOMENT = 2.0
"""Seconds for which somebody may hold a folder only to look whether it is free."""


@contextmanager
def alone(out: Path, doing: Literal["grading", "publishing", "looking"], *, patience: float = 0.0) -> Iterator[None]:
    """Be the only one, of all threads and processes; where one is killed, the system gives the place free.

    Parameters
    ----------
    patience
        Seconds to wait for somebody else.

    Raises `ClassError`: somebody else is at it, or the folder cannot be written.
    """
    lock = FileLock(_lock(out, doing), timeout=patience)
    try:
        lock.acquire()
    except Timeout as error:
        raise ClassError(Code.AT_WORK, f"Another grader is at work in {out}.", out=out) from error
    except OSError as error:
        said = f"{out} cannot be written: {error.strerror or error}."
        raise ClassError(Code.CANNOT_WRITE, said, path=out) from error
    try:
        yield
    finally:
        lock.release()


def is_taken(out: Path, doing: Literal["grading", "publishing"]) -> bool:
    """Whether somebody is at it now; those who look at the same time do not take each other for them."""
    if sys.platform != "win32":
        import fcntl

        try:
            with _lock(out, doing).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return False
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        except OSError:  # a disk that knows no such locks
            pass
    try:
        with alone(out, "looking", patience=MOMENT), alone(out, doing):
            return False
    except ClassError as error:
        return error.code is Code.AT_WORK


def _lock(out: Path, doing: str) -> Path:
    return out / f".{doing}.lock"
