"""An exception on loading, where it happened and in which hand-in: what each explanation is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.sandbox.messages import Crash, Frame

if TYPE_CHECKING:
    from collections.abc import Mapping

_THREADS = re.compile(r"\. The object was created in thread id.*")
_PATH = re.compile(r" \((?:(?:/|[A-Z]:\\|_\w+\.c:)[^)]*|[^()]+\.py)\)")


@dataclass(frozen=True)
class FailedLoad:
    """An exception that keeps an app from coming up.

    Parameters
    ----------
    app
        The path of the file that was run.
    files
        Everything that was handed in: content by path.
    """

    crash: Crash
    app: str
    files: Mapping[str, bytes]

    @property
    def at(self) -> Frame:
        """The student's line that it happened at, or the file that was run."""
        return self.crash.last or Frame(self.app)

    @property
    def module(self) -> str:
        """The top package of what could not be imported."""
        return (self.crash.module or "").partition(".")[0]

    @property
    def names(self) -> set[str]:
        """The names of the exception's classes."""
        return {self.crash.type, *self.crash.bases}


def said(crash: Crash) -> str:
    """Return the exception in one line that a full stop can follow, without the paths of this machine."""
    first = _THREADS.sub("", str(crash).partition("\n")[0])
    return without_paths(first).rstrip(".?! ").replace("`", "'")


def without_paths(text: str) -> str:
    """Return what Python says without the paths of this machine that it adds in brackets."""
    return _PATH.sub("", text)
