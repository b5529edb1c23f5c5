"""Which two students' hand-ins have something in common: one row for each pair, a hint and never a verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from grader.classroom.likeness.comparing import alike_code, shared_pictures
from grader.platforms.exports.folder_names import clean_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.classroom.likeness.comparing import AlikeCode
    from grader.classroom.likeness.fingerprints import Fingerprint, PicturePrint

_CROWD = 8
"""Of more students who share one thing each is paired with the first only: else a hundred make five thousand pairs."""
_FEWEST_AT_A_GLANCE = 3
_WORDS_OF_A_NAME = 2


@dataclass(frozen=True)
class Compared:
    """A hand-in that is compared with the others.

    `called` is what its students are called: their names, and what the platform knows them by.
    """

    name: str
    called: tuple[str, ...]
    fingerprint: Fingerprint | None


@dataclass(frozen=True)
class Pair:
    """Two students, and what their hand-ins have in common.

    Parameters
    ----------
    one, other
        The submissions' names.
    pictures
        The pictures with the same pixels, as each has them; what more than half of the class has does not count.
    at_a_glance
        Those that look the same besides: saved again, or two honest ones of the same page.
    of
        How many pictures the one has that has fewer.
    code
        ``equal`` apart from comments and formatting, ``renamed`` apart from names, type hints and order, too; None
        where the code is not alike, or is what everybody writes.
    statements, words
        How many own statements are alike, and the words in them that hardly anyone else uses.
    author
        Whose name the other's document bears as its author's or last editor's: that of ``one`` or of ``other``.
    """

    one: str
    other: str
    pictures: tuple[tuple[PicturePrint, PicturePrint], ...] = ()
    at_a_glance: tuple[tuple[PicturePrint, PicturePrint], ...] = ()
    of: int = 0
    code: Literal["equal", "renamed"] | None = None
    statements: int = 0
    words: tuple[str, ...] = ()
    author: str | None = None


def pairs(class_: Sequence[Compared]) -> list[Pair]:
    """Find the pairs, those that share most first."""
    found: dict[tuple[int, int], Pair] = {}
    for rows, add in (*_by_picture(class_), *_by_code(class_), *_by_author(class_)):
        one, other = (class_[row] for row in rows)
        counts = [len(each.fingerprint.pictures) if each.fingerprint else 0 for each in (one, other)]
        found[rows] = add(found.get(rows) or Pair(one.name, other.name, of=min(counts)))
    return sorted(filter(_says_something, found.values()), key=_most_first)


_Found = tuple[tuple[int, int], "Callable[[Pair], Pair]"]
"""Two rows, and what puts what they share into their pair."""


def _by_picture(class_: Sequence[Compared]) -> Iterator[_Found]:
    for shared in shared_pictures(class_):
        prints = dict(shared.holders)
        for rows in _pairs_of(sorted(prints)):
            both = (prints[rows[0]], prints[rows[1]])
            equal = both[0].pixels == both[1].pixels
            if equal == (shared.kind == "exact"):  # those that look alike are led by groups of equal ones
                yield rows, partial(_with_picture, both, equal=equal)


def _with_picture(both: tuple[PicturePrint, PicturePrint], pair: Pair, *, equal: bool) -> Pair:
    if equal:
        return replace(pair, pictures=(*pair.pictures, both))
    return replace(pair, at_a_glance=(*pair.at_a_glance, both))


def _by_code(class_: Sequence[Compared]) -> Iterator[_Found]:
    for alike in alike_code(class_):
        for rows in _pairs_of(sorted(alike.rows)):
            yield rows, partial(_with_code, alike)


def _with_code(alike: AlikeCode, pair: Pair) -> Pair:
    return pair if pair.code else replace(pair, code=alike.kind, statements=alike.statements, words=alike.words)


def _says_something(pair: Pair) -> bool:
    """Whether more is alike than two honest pictures of one page."""
    many = len(pair.at_a_glance) >= max(_FEWEST_AT_A_GLANCE, (pair.of + 1) // 2)
    return bool(pair.pictures or pair.code or pair.author) or many


def _most_first(pair: Pair) -> tuple[int, bool, bool, int, str, str]:
    return -len(pair.pictures), pair.author is None, pair.code is None, -len(pair.at_a_glance), pair.one, pair.other


def _pairs_of(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    if len(rows) <= _CROWD:
        yield from combinations(rows, 2)
    else:
        yield from ((rows[0], row) for row in rows[1:])


def _by_author(class_: Sequence[Compared]) -> Iterator[_Found]:
    """Find whose document bears another student's name."""
    owners: dict[frozenset[str], list[int]] = {}
    for row, each in enumerate(class_):
        for words in {_words(called) for called in each.called} - {frozenset()}:
            owners.setdefault(words, []).append(row)
    for row, each in enumerate(class_):
        for author in each.fingerprint.authors if each.fingerprint else ():
            rows = owners.get(_words(author), [])
            if len(rows) == 1 and rows[0] != row:  # two of one name: nobody knows which
                yield (min(row, rows[0]), max(row, rows[0])), partial(replace, author=class_[rows[0]].name)


def _words(name: str) -> frozenset[str]:
    """Return a name's words in any order; nothing for a name that could be anybody's."""
    words = frozenset(clean_name(name).casefold().replace(",", " ").split())
    return words if len(words) >= _WORDS_OF_A_NAME or any(sign in name for sign in "@0123456789") else frozenset()
