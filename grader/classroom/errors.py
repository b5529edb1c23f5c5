"""What a class cannot be asked for: errors with a code and facts, for which each door has words of its own."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from grader.model.faults import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Code(Enum):
    """Why something cannot be done with a class; the facts that come with it are named in brackets."""

    NO_CLASS = "no-class"
    """The folder holds no journal (out)."""
    NOT_GRADED = "not-graded"
    """Nobody of the class is graded yet (out)."""
    AT_WORK = "at-work"
    """Somebody else is doing this in the folder now (out, since, command; the last two may be missing)."""
    ANOTHER_CLASS = "another-class"
    """The folder holds the grading of other students (out, names)."""
    CANNOT_WRITE = "cannot-write"
    """The journal cannot be written (path)."""
    NO_JOURNAL = "no-journal"
    """A file of the journal's name cannot be used (path)."""
    OUT_INSIDE = "out-inside"
    """The output folder lies inside of what is to be graded (out, path)."""
    NOT_OURS = "not-ours"
    """The output folder holds files that would be overwritten, and no journal (out, file)."""
    GRADEBOOK_IN_THE_WAY = "gradebook-in-the-way"
    """The gradebook would be overwritten (out, path)."""
    CANNOT_MAKE = "cannot-make"
    """The output folder cannot be made (out)."""
    NO_EXPORT = "no-export"
    """What was graded is not known any more: the class was graded before that was kept (out)."""
    UNRECOGNISED = "unrecognised"
    """No hand-in says which activity it answers (hand_ins)."""
    NO_STUDENT = "no-student"
    """No submission and no student is called so (wanted, near, all: what may be meant, and everybody)."""
    SEVERAL_STUDENTS = "several-students"
    """A name is that of several submissions (wanted, near)."""
    NO_CHECK = "no-check"
    """There is no check of this id (wanted, near, all)."""
    DOES_NOT_COUNT = "does-not-count"
    """The check was left out (name, check)."""
    NOT_DECIDED = "not-decided"
    """Nobody has decided what is to be taken back (name, check)."""
    TWICE = "twice"
    """One check is to be decided twice at once (name, check)."""


class ClassError(InputError):
    """Something that a class cannot be asked for.

    Parameters
    ----------
    code
        Why.
    message
        What was wrong and where, in one sentence that is right at every door.
    facts
        What the words of a door may name; see `Code`.

    """

    def __init__(self, code: Code, message: str, **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.facts: Mapping[str, object] = facts
