"""What to do next where a class cannot be asked for something, in the command line's words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grader.classroom.errors import ClassError
from grader.model.faults import Code, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_MOST_NAMED = 6


@contextmanager
def with_hints() -> Iterator[None]:
    """Say with each error of a class what to do on the command line."""
    try:
        yield
    except ClassError as error:
        raise InputError(error.message, hint=_hint(error)) from error


def _hint(error: ClassError) -> str | None:
    hint = _HINTS.get(error.code)
    return hint(error.facts) if callable(hint) else hint


def _at_work(facts: Mapping[str, Any]) -> str:
    who = facts.get("at_work")
    if who is None:
        return "Wait until it has ended."
    since = f"{who.since.astimezone():%H:%M}"
    return f"It has been grading since {since} (process {who.process}): wait until it has ended, or end it."


def _beside(facts: Mapping[str, Any]) -> str:
    return f"Name a folder beside it, for example --out {facts['path'].resolve().with_name('graded')}."


def _students(facts: Mapping[str, Any]) -> str:
    if facts["near"]:
        return f"Did you mean {joined(_shown(facts['near']), 'or')}?"
    return f"There are {joined(_shown(facts['all']), 'and')}."


def _checks(facts: Mapping[str, Any]) -> str:
    return f"Did you mean {joined(facts['near'], 'or')}?" if facts["near"] else f"There are {', '.join(facts['all'])}."


_FOLDER = "Name another folder with --out."
_HINTS: dict[Code, str | Callable[[Mapping[str, Any]], str]] = {
    Code.NO_CLASS: "Name the folder that grader batch was given with --out.",
    Code.NOT_GRADED: "Run grader batch again; it goes on where it was stopped.",
    Code.AT_WORK: _at_work,
    Code.ANOTHER_CLASS: "Name another folder with --out, or start over with --fresh.",
    Code.CANNOT_WRITE: "Make room, or see to it that you may write there.",
    Code.NO_JOURNAL: "Let grader batch write into another folder with --out, or start over with --fresh.",
    Code.OUT_INSIDE: _beside,
    Code.NOT_OURS: _FOLDER,
    Code.GRADEBOOK_IN_THE_WAY: _FOLDER,
    Code.CANNOT_MAKE: _FOLDER,
    Code.NO_EXPORT: "Run grader batch with the export.",
    Code.NOBODY_RECOGNISED: "Name it with --activity, for example --activity 11.2.",
    Code.NO_STUDENT: _students,
    Code.SEVERAL_STUDENTS: lambda facts: f"Name the submission: {joined(_shown(facts['near']), 'or')}.",
    Code.NO_CHECK: _checks,
    Code.TWICE: "Say once what it is to be.",
    Code.NO_CANDIDATE: lambda facts: (
        f"There is {joined(facts['all'], 'and')}." if facts["all"] else "There is only one."
    ),
    Code.NOT_ALIKE: "Look at what changes once more.",
}


def _shown(names: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{name} ({student})" if student else name for name, student in names]


def joined(names: Sequence[str], joined_by: str) -> str:
    """List a few names, and say how many more there are."""
    shown = list(names)
    if (more := len(shown) - _MOST_NAMED) > 0:
        shown = [*shown[:_MOST_NAMED], f"{more} more"]
    return f" {joined_by} ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
