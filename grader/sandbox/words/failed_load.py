"""An exception on loading, where it happened and in which hand-in: what each explanation is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.faults import StudentFault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.messages import Crash

_PATH = re.compile(r" \((?:/|[A-Z]:\\|_\w+\.c:)[^)]*\)")


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
    def file(self) -> str:
        """The student's file that it happened in."""
        return self.crash.last.file if self.crash.last else self.app

    @property
    def line(self) -> int | None:
        """The student's line that it happened at."""
        return self.crash.last.line if self.crash.last else None

    @property
    def text(self) -> str:
        """That line as written."""
        return self.crash.last.text if self.crash.last else ""

    @property
    def place(self) -> str:
        """That line as sentences name it."""
        return place(self.file, self.line)

    @property
    def module(self) -> str:
        """The top package of what could not be imported."""
        return (self.crash.module or "").partition(".")[0]

    @property
    def names(self) -> set[str]:
        """The names of the exception's classes."""
        return {self.crash.type, *self.crash.bases}

    def fault(self, message: str, hint: str, *, observed: str | None = None) -> StudentFault:
        """Say so of the line that it happened at; that line is what is observed, unless something else is given."""
        return StudentFault(
            message,
            observed=observed or self.text or None,
            hint=hint,
            file=self.file,
            line=self.line,
        )


def place(file: str, line: int | None) -> str:
    """Return a line of a file as sentences name it."""
    return f"{file} line {line}" if line else file


def said(crash: Crash) -> str:
    """Return the exception in one line that a full stop can follow, without the paths of this machine."""
    return without_paths(str(crash).partition("\n")[0]).rstrip(".?! ").replace("`", "'")


def without_paths(text: str) -> str:
    """Return what Python says without the paths of this machine that it adds in brackets."""
    return _PATH.sub("", text)
