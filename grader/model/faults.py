"""Three kinds of fault, never mixed: the student's, the machine's, and ours.

``StudentFault`` and ``MachineFault`` are raised on purpose and carry words for a person.  Any other exception that
leaves a check is a bug of the grader; it is reported as ``error`` and costs the student nothing.
"""

from __future__ import annotations


class StudentFault(Exception):
    """What was handed in does not do what the handout asks.

    Parameters
    ----------
    message
        What is wrong, in words for the student: their file, line, route and words.
    expected, observed
        What the handout asks for and what is there instead, where the two can be put side by side.
    hint
        What to do next.
    file, line
        Where: a path relative to the submission, with forward slashes, and a line number from 1.

    """

    def __init__(
        self,
        message: str,
        *,
        expected: str | None = None,
        observed: str | None = None,
        hint: str | None = None,
        file: str | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.observed = observed
        self.hint = hint
        self.file = file
        self.line = line


class MachineFault(Exception):
    """Something that a check needs is not on this machine; ``hint`` says how to get it."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(Exception):
    """The grader was asked for something it cannot do: wrong use or unreadable input (exit code 2).

    Parameters
    ----------
    message
        One sentence: what was wrong and where.
    hint
        What to do next.

    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CannotBeRead(InputError):
    """The machine does not let the grader read what is there: wrong use, and never the fault of who wrote it."""
