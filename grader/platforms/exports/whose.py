"""Whole user names at the end of what a platform writes: ``<assignment>_<user name>``, where both may hold the mark.

Nothing is guessed from a part of a name: a grade in another student's row is the worst fault there is, so where the
cut is not certain, it is nobody's.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Enrolled:
    """What a gradebook says of a class.

    The students by their user names, and the titles of the assignments.
    """

    users: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()


NOBODY = Enrolled()


def whole_users(
    heads: Collection[str],
    mark: str,
    *,
    enrolled: Enrolled = NOBODY,
    proven: Mapping[str, str] | None = None,
    complete: bool = False,
) -> dict[str, str | None]:
    """Return the user name at the end of each head, None where it cannot be told where it begins.

    Parameters
    ----------
    heads
        The beginnings of names, all from one export.
    mark
        What stands between the assignment and the user name.
    enrolled
        Who may be meant.
    proven
        Heads whose user is known for certain: then where an assignment's name ends is known, too.
    complete
        Whether nobody else may have handed in: then the longest user name of all that fit is meant.
    """
    cuts = {head: _cuts(head, mark) for head in heads}
    proven = proven or {}
    users = {_same(user) for user in enrolled.users}
    ends = {_same(head[: -len(user)]) for head, user in proven.items()}
    titles = {_in_words(title) for title in enrolled.titles} - {""}
    shared = _shared(cuts.values())
    support = Counter(begin for each in cuts.values() for begin, user in each if _same(user) in users)
    found: dict[str, str | None] = {}
    for head, each in cuts.items():
        if head in proven:
            found[head] = proven[head]
            continue
        most = max((support[begin] for begin, _ in each), default=0)
        certain = (
            [user for begin, user in each if begin in ends]
            or [user for begin, user in each if _in_words(begin) in titles]
            or [user for begin, user in each if shared == {begin} or len(each) == 1]
            # Where several students' names begin, the assignment's ends, also for who is not in the gradebook.
            or [user for begin, user in each if support[begin] == most > 1]
        )
        found[head] = _only(certain) or _only([user for user in certain if _same(user) in users])
        if not certain:  # of `doe` and `j_doe` the longer, where both are there; one alone may be a part of another
            known = [user for begin, user in each if _same(user) in users and begin in shared]
            found[head] = max(known, key=len) if len(known) > (0 if complete else 1) else None
    return found


def ends_in(head: str, mark: str, user: str) -> bool:
    """Whether a head ends in a mark and this user name, in whichever form and case."""
    return any(_same(user) == _same(end) for _, end in _cuts(head, mark))


def shared_words(repositories: Iterable[str]) -> str | None:
    """Return the words that the names of all clones begin with, ``spring-cookies``; the last one is a user's."""
    words = [name.split("-")[:-1] for name in repositories]
    alike = itertools.takewhile(lambda same: len(set(same)) == 1, zip(*words, strict=False))
    return "-".join(same[0] for same in alike) or None


def _cuts(head: str, mark: str) -> list[tuple[str, str]]:
    """Return every beginning, mark included, with what follows it."""
    places = [at + len(mark) for at in range(1, len(head)) if head.startswith(mark, at)]
    return [(_same(head[:at]), head[at:]) for at in places if at < len(head)]


def _shared(cuts: Iterable[list[tuple[str, str]]]) -> set[str]:
    """Return the beginnings that all have."""
    begins = [{begin for begin, _ in each} for each in cuts]
    return set.intersection(*begins) if begins else set()


def _only(found: Collection[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None


def _same(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _in_words(title: str) -> str:
    """Return an assignment's name as it is compared: file names have other signs between its words."""
    return _NO_LETTER.sub(" ", _same(title)).strip()
