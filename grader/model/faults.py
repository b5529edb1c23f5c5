"""Three kinds of fault, never mixed: the student's, the machine's, and ours.

``StudentFault`` and ``MachineFault`` are raised on purpose and carry words for a person.  Any other exception that
leaves a check is a bug of the grader; it is reported as ``error`` and costs the student nothing.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    reason
        Why, in one word, for programs: see `grader.model.report.Result`.
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
        reason: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.observed = observed
        self.hint = hint
        self.file = file
        self.line = line
        self.reason = reason


class MachineFault(Exception):
    """Something that a check needs is not on this machine; ``hint`` says how to get it."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Code(Enum):
    """What an `InputError` is about, for programs: doors choose their words by it, and nobody reads the sentence.

    What facts come with each is said beside it.
    """

    WRONG_USE = "wrong-use"
    """Anything that no program tells apart."""
    NOT_THERE = "not-there"
    """No such file or folder: ``path``."""
    CANNOT_BE_READ = "cannot-be-read"
    """The machine does not let the grader read it."""
    NO_HAND_IN = "no-hand-in"
    """A file that is none of what can be graded: ``path``."""
    NO_APP = "no-app"
    """Nothing among the files can be run: ``source``."""
    NO_ZIP = "no-zip"
    """An archive that is no sound zip: ``source``, and ``archive``, its format, where that is known."""
    LOCKED = "locked"
    """An archive that needs a password: ``source``."""
    TOO_LARGE = "too-large"
    """More than is taken in: ``source``, and ``limit``: ``entries``, ``file``, ``total`` or ``ratio``."""
    LEAVES_ITS_FOLDER = "leaves-its-folder"
    """An archive holds a path that leads out of it: ``source``, ``entry``."""
    ONLY_A_LINK = "only-a-link"
    """The app is a link to a file outside of the folder: ``link``, its path."""
    LINK_IN_A_ZIP = "link-in-a-zip"
    """The app is a link to a file that is not in the zip: ``source``, ``entry``."""
    SEVERAL_APPS = "several-apps"
    """It cannot be told which app is meant: ``source``, and ``apps``, their paths in it below ``wrapper``."""
    UNRECOGNISED = "unrecognised"
    """Nothing says which activity a hand-in answers: ``source``, and ``activities``, the ids there are."""

    # A class and its output folder, ``out``
    NO_CLASS = "no-class"
    """The folder holds no journal: ``out``."""
    NOT_GRADED = "not-graded"
    """Nobody of the class is graded yet: ``out``."""
    AT_WORK = "at-work"
    """Somebody else is doing this in the folder now: ``out``, and ``at_work``, who, where that is known."""
    ANOTHER_CLASS = "another-class"
    """The folder holds the grading of other students: ``out``, ``names``."""
    CANNOT_WRITE = "cannot-write"
    """The journal cannot be written: ``path``."""
    NO_JOURNAL = "no-journal"
    """A file of the journal's name cannot be used: ``path``."""
    OUT_INSIDE = "out-inside"
    """The output folder lies inside of what is to be graded: ``out``, ``path``."""
    NOT_OURS = "not-ours"
    """The output folder holds files that would be overwritten, and no journal: ``out``, ``file``."""
    GRADEBOOK_IN_THE_WAY = "gradebook-in-the-way"
    """The gradebook would be overwritten: ``out``, ``path``."""
    NO_COLUMN = "no-column"
    """The gradebook has no column, or several, that can be the assignment's."""
    CANNOT_MAKE = "cannot-make"
    """The output folder cannot be made: ``out``."""
    NO_EXPORT = "no-export"
    """What was graded is not known any more: the class was graded before that was kept: ``out``."""
    NOBODY_RECOGNISED = "nobody-recognised"
    """No hand-in of a class says which activity it answers: ``hand_ins``, how many there are."""
    NO_STUDENT = "no-student"
    """No submission and no student is called so: ``wanted``, ``near``, ``all``: what may be meant, and everybody."""
    SEVERAL_STUDENTS = "several-students"
    """A name is that of several submissions: ``wanted``, ``near``."""
    NO_CHECK = "no-check"
    """There is no check of this id: ``wanted``, ``near``, ``all``."""
    DOES_NOT_COUNT = "does-not-count"
    """The check was left out: ``name``, ``check``."""
    NOT_DECIDED = "not-decided"
    """Nobody has decided what is to be taken back: ``name``, ``check``."""
    TWICE = "twice"
    """One check is to be decided twice at once: ``name``, ``check``."""
    BAD_POINTS = "bad-points"
    """A check cannot earn so much: ``name``, ``check``, ``points``, and ``most``, what it is worth."""
    NOTHING_LAPSED = "nothing-lapsed"
    """No earlier decision about this check waits to be kept: ``name``, ``check``."""
    NO_CANDIDATE = "no-candidate"
    """What is to be graded instead is not in the hand-in: ``name``, ``wanted``, and ``all``, what is there."""
    NOT_ALIKE = "not-alike"
    """The course's settings have changed since: what was shown is not what would be done: ``path``."""
    NO_WORDS = "no-words"
    """The check asks for no words that others could take the place of: ``check``."""


class InputError(Exception):
    """The grader was asked for something it cannot do: wrong use or unreadable input (exit code 2).

    Parameters
    ----------
    message
        One sentence: what was wrong and where.
    hint
        What to do next, for whoever made what is wrong; doors that know better say it in words of their own.
    code
        What it is about, for programs.
    facts
        What the sentence names, for doors' own words; which facts there are depends on the code.
    """

    code = Code.WRONG_USE

    def __init__(
        self, message: str, *, hint: str | None = None, code: Code | None = None, facts: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or type(self).code
        self.facts = dict(facts or {})


class CannotBeRead(InputError):
    """The machine does not let the grader read what is there: wrong use, and never the fault of who wrote it."""

    code = Code.CANNOT_BE_READ
