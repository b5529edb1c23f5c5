"""What several students' hand-ins have in common: hints for a person to look at, never a verdict.

A right answer to an exercise of this size is a dozen statements that nearly every student writes alike, so equal code
alone says nothing.  It is mentioned where the equal code also holds names and words that hardly anyone else in the
class uses and that nothing they were given suggests.  Likewise two honest screenshots of one page look alike; equal
pixels they never have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, Protocol

from grader.classroom.likeness.fingerprints import PicturePrint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.classroom.likeness.fingerprints import Fingerprint

# The numbers of `alike_code`; tests/classroom/test_likeness.py measures them on the golden submissions and on
# simulated classes.
_FEWEST_STATEMENTS = 5
_RARE = 0.02
"""Share of the rest of the class that may use an unusual word too."""
_UNUSUAL_IF_EQUAL = 3
_UNUSUAL_IF_RENAMED = 4

# A picture is reduced to grey levels at 24 by 16 places.  Measured on drawn browser windows, editors and
# developer tools of 700 to 1920 pixels: saved again as JPEG of quality 75 or WebP of 50, no place moves by more than 2
# grey levels, scaled to half of its size in most cases by 3 (at worst 6).  Another tab moves one by 4 to 10, another
# profile picture by 16 to 64, but another line of code by 1: at a glance, honest windows can look alike.
_MOST_BY_SAVING = 3
_ASPECT_APART = 0.02
_LEAST_DRAWN = 12
"""Places that are not the paper's colour; below, a cut-out line of text looks like any other."""
_CELL = 48
"""Width of a cell in which, and in those around, like pictures are sought; saved again they move by up to 100."""
_AROUND = tuple(product((0, -1, 1), repeat=3))

_MOST = 0.5
"""From this share of the class on, what is shared was most likely given to them."""


class Fingerprinted(Protocol):
    """Anything that may carry a fingerprint, such as a row of the overview."""

    @property
    def fingerprint(self) -> Fingerprint | None:
        """None where there is none, for example because the hand-in could not be opened."""


@dataclass(frozen=True)
class AlikeCode:
    """Students whose own code is the same.

    Parameters
    ----------
    rows
        Their indices.
    kind
        ``equal`` apart from comments and formatting, or ``renamed``: apart from names, type hints and order too.
    statements
        How many own statements that is.
    words
        What all of them use and hardly anyone else does.
    """

    rows: tuple[int, ...]
    kind: Literal["equal", "renamed"]
    statements: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class SharedPicture:
    """Students whose documents have the same picture.

    Parameters
    ----------
    kind
        ``exact``: the same pixels.  ``alike``: the same at a glance, as when one was saved again, or when the same page
        was open on the same kind of machine.
    holders
        The students' indices, each with the picture in their document.
    """

    kind: Literal["exact", "alike"]
    holders: tuple[tuple[int, PicturePrint], ...]


def alike_code(rows: Sequence[Fingerprinted]) -> list[AlikeCode]:
    """Find students of one activity whose own code is the same and holds what hardly anyone else wrote.

    What most of the class shares was most likely given to them, and is left out.
    """
    found: list[AlikeCode] = []
    for prints in _by_activity(rows):
        used = Counter(word for each in prints.values() for word in each.words)
        equal = _alike(prints, "equal", used)
        together = {row: group.rows for group in equal for row in group.rows}
        renamed = _alike(prints, "renamed", used)
        others = [group for group in renamed if len({together.get(row, row) for row in group.rows}) > 1]
        found += [group for group in (*equal, *others) if not _are_most(len(group.rows), len(prints))]
    return sorted(found, key=lambda group: (group.kind != "equal", -len(group.words)))


def shared_pictures(rows: Sequence[Fingerprinted]) -> list[SharedPicture]:
    """Find pictures that several students of one activity, but not most, handed in: first those with equal pixels."""
    found: list[SharedPicture] = []
    for prints in _by_activity(rows):
        pictures = [(row, picture) for row, each in prints.items() for picture in each.pictures]
        exact = _groups((picture.pixels, (row, picture)) for row, picture in pictures)
        alike = _looking_alike([members[0] for members in exact.values()], exact)
        shared = [SharedPicture("exact", _one_each(members)) for members in exact.values()]
        shared += [SharedPicture("alike", _one_each(members)) for members in alike]
        many = ((one, len(one.holders)) for one in shared)
        found += [one for one, count in many if count > 1 and not _are_most(count, len(prints))]
    return sorted(found, key=lambda shared: (shared.kind != "exact", -len(shared.holders)))


_Holder = tuple[int, PicturePrint]


def _are_most(holders: int, students: int) -> bool:
    return holders > max(students * _MOST, 3)  # two of two is no crowd


def _by_activity(rows: Sequence[Fingerprinted]) -> list[dict[int, Fingerprint]]:
    activities: dict[str, dict[int, Fingerprint]] = defaultdict(dict)
    for index, row in enumerate(rows):
        if row.fingerprint is not None:
            activities[row.fingerprint.activity][index] = row.fingerprint
    return list(activities.values())


def _alike(prints: Mapping[int, Fingerprint], kind: Literal["equal", "renamed"], used: Counter[str]) -> list[AlikeCode]:
    same = _groups(
        (each.code if kind == "equal" else each.renamed, row)
        for row, each in prints.items()
        if each.statements >= _FEWEST_STATEMENTS
    )
    needed = _UNUSUAL_IF_EQUAL if kind == "equal" else _UNUSUAL_IF_RENAMED
    found = []
    for rows in same.values():
        if len(rows) < 2:  # noqa: PLR2004 - alone
            continue
        words = _unusual([prints[row].words for row in rows], used, len(prints))
        if len(words) >= needed:
            found.append(AlikeCode(tuple(rows), kind, prints[rows[0]].statements, words))
    return found


def _unusual(words: Sequence[frozenset[str]], used: Counter[str], students: int) -> tuple[str, ...]:
    """Return the words that all of a group use and hardly anyone outside it, the rarest first."""
    bound = _RARE * (students - len(words))
    common = frozenset.intersection(*words)
    return tuple(
        sorted((word for word in common if used[word] - len(words) <= bound), key=lambda word: (used[word], word))
    )


def _groups(keyed: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for key, member in keyed:
        groups[key].append(member)
    return groups


def _one_each(members: Iterable[_Holder]) -> tuple[_Holder, ...]:
    """Keep one picture of each student: the same one twice in one document is another check's business."""
    return tuple({row: (row, picture) for row, picture in reversed(list(members))}.values())[::-1]


def _looking_alike(firsts: Sequence[_Holder], exact: Mapping[str, list[_Holder]]) -> Iterator[list[_Holder]]:
    """Join pictures that look alike; each group is led by its first, so a chain of small steps is no group."""
    cells: dict[tuple[int, int, int], list[list[_Holder]]] = {}
    for row, picture in firsts:
        place = _place(picture.look)
        group = next((group for group in _near(place, cells) if look_alike(group[0][1], picture)), None)
        if group is None:
            cells.setdefault(place, []).append([(row, picture)])
        else:
            group.append((row, picture))
    for group in (group for groups in cells.values() for group in groups):
        if len(group) > 1:
            yield [holder for _, picture in group for holder in exact[picture.pixels]]


def _near(
    place: tuple[int, int, int], cells: Mapping[tuple[int, int, int], list[list[_Holder]]]
) -> Iterator[list[_Holder]]:
    x, y, z = place
    for step_x, step_y, step_z in _AROUND:
        yield from cells.get((x + step_x, y + step_y, z + step_z), ())


def look_alike(one: PicturePrint, other: PicturePrint) -> bool:
    """Whether two pictures are the same at a glance, and have so much on them that this says something."""
    aspects = [each.size[0] / each.size[1] for each in (one, other)]
    if max(aspects) - min(aspects) > _ASPECT_APART * max(aspects) or len(one.look) != len(other.look):
        return False
    apart = (abs(a - b) for a, b in zip(one.look, other.look, strict=True))
    return all(each <= _MOST_BY_SAVING for each in apart) and _has_much_on_it(one.look)


def _has_much_on_it(look: bytes) -> bool:
    paper = max(set(look), key=look.count)
    near = range(max(paper - 2 * _MOST_BY_SAVING, 0), min(paper + 2 * _MOST_BY_SAVING, 255) + 1)
    return len(look.translate(None, bytes(near))) >= _LEAST_DRAWN


def _place(look: bytes) -> tuple[int, int, int]:
    """Place a picture where only those that look like it are near: differences of sums over parts of it.

    Saving again moves single places at random, which cancels out in such sums; other contents move them far.
    """
    total, odd, half = sum(look), sum(look[1::2]), sum(look[: len(look) // 2])
    thirds = sum(look[::3]) - sum(look[1::3])
    return (total - 2 * odd) // _CELL, (total - 2 * half) // _CELL, thirds // _CELL
