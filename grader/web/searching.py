"""Finding students by what they wrote and what was said of it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.model.text import without_accents

if TYPE_CHECKING:
    from grader.classroom.review.standing import Standing
    from grader.classroom.session import ClassSession

_MOST_KEPT = 4000
_LONGEST = 60_000
"""Characters of one student's code that are looked at."""


def found(session: ClassSession, words: str) -> list[str]:
    """Return the submissions in whose messages, file names or code all of the words stand."""
    wanted = without_accents(words).split()
    return [
        one.hand_in.name
        for one in session.standings()
        if wanted and all(word in _text(session, one) for word in wanted)
    ]


def _text(session: ClassSession, one: Standing) -> str:
    said = [one.hand_in.name, one.hand_in.student or "", *one.hand_in.ids.values(), *one.report.submission.files]
    said += [each for result in one.report.results for each in (result.message, result.observed) if each]
    return without_accents("\n".join(said)) + _code(session, one.hand_in.name, one.entry.digest)


@lru_cache(_MOST_KEPT)
def _code(session: ClassSession, name: str, _digest: str) -> str:
    try:
        files = session.handed_in(name).files
    except InputError:
        return ""
    return without_accents(
        "\n".join(files[path].decode("utf-8", "replace") for path in files if path.endswith(".py"))[:_LONGEST]
    )
