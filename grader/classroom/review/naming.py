"""Who and which check is meant by what a person has typed."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from grader.classroom.errors import ClassError
from grader.model.faults import Code
from grader.platforms.exports.folder_names import clean_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.classroom.review.standing import Standing
    from grader.platforms.exports.handin import HandIn

_CLOSE = 3


def submission_called(student: str, class_: Mapping[str, Standing]) -> str:
    """Return the name of a student's submission.

    Parameters
    ----------
    student
        That name, or the student's as the platform writes it; without regard to case.
    class_
        How everyone stands, by the submissions' names.

    Raises `ClassError`: there is none, or more than one; its facts hold those that there are, as names with their
    students'.
    """
    if student in class_:
        return student
    wanted = _folded(student)
    names = {name: {_folded(each) for each in _names(one.hand_in)} for name, one in class_.items()}
    found = [name for name, theirs in names.items() if wanted in theirs]
    if len(found) == 1:
        return found[0]
    if found:
        said = f"{student} is the name of several students."
        raise ClassError(Code.SEVERAL_STUDENTS, said, wanted=student, near=_with_students(found, class_))
    words = set(_words(wanted))
    near = [name for name, theirs in names.items() if words and words <= set(_words(" ".join(theirs)))]
    if not near:
        close = difflib.get_close_matches(wanted, {each for theirs in names.values() for each in theirs}, n=_CLOSE)
        near = [name for name, theirs in names.items() if theirs & set(close)]
    raise ClassError(
        Code.NO_STUDENT,
        f"No submission is called {student}, and no student.",
        wanted=student,
        near=_with_students(near, class_),
        all=_with_students(names, class_),
    )


def check_called(wanted: str, known: Iterable[str], what: str = "check") -> str:
    """Return the id of the check that is meant.

    Raises `ClassError`: there is none; its facts hold those that there are.
    """
    by_folded = {_folded(id_): id_ for id_ in known}
    if (found := by_folded.get(_folded(wanted))) is not None:
        return found
    near = [by_folded[each] for each in difflib.get_close_matches(_folded(wanted), by_folded, n=_CLOSE)]
    said = f"There is no {what} called {wanted}."
    raise ClassError(Code.NO_CHECK, said, wanted=wanted, near=near, all=list(by_folded.values()))


def _with_students(names: Iterable[str], class_: Mapping[str, Standing]) -> list[tuple[str, str]]:
    """Pair each name with its student's, which is empty where it says nothing more."""
    students = ((name, class_[name].hand_in.student or "") for name in names)
    return [(name, student if student != name else "") for name, student in students]


def _names(hand_in: HandIn) -> set[str]:
    """Return all that a hand-in may be called: by its own name, its student's, or each of a group's."""
    return {hand_in.name, hand_in.student or "", *(person.name or "" for person in hand_in.people)} - {""}


def _folded(name: str) -> str:
    return clean_name(name).casefold()


def _words(name: str) -> list[str]:
    return name.replace(",", " ").replace("_", " ").replace(";", " ").split()
