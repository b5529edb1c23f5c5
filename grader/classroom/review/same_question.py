"""What is one question though it waits several times: the same picture, or the same reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.classroom.likeness.evidence_prints import from_data, same_picture
from grader.classroom.workers.worker import report_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from pathlib import Path

    from grader.classroom.review.review_items import ReviewItem

_SHOWS_ANOTHER_APP = ("not-in-code", "not-on-page")
"""The picture is what was asked for, and not of this app: whichever line it is that gives it away."""
_FEWEST_COPIED = 3


@dataclass(frozen=True)
class ReviewGroup:
    """Items that are best decided at once.

    Parameters
    ----------
    items
        In the order in which they wait.
    why
        ``picture``: the same picture, perhaps saved again, shown by several students for one check, or for several
        checks by the same students.  ``reason``: the grader says the same of all.  ``alone``: one item.
    """

    items: tuple[ReviewItem, ...]
    why: Literal["picture", "reason", "alone"] = "alone"

    @property
    def students(self) -> int:
        """How many students it is about."""
        return len({item.name for item in self.items})


def alike(items: Sequence[ReviewItem], out: Path) -> list[ReviewGroup]:
    """Put together what is alike; each group stands where its first item does.

    `out` is the output folder, where the pictures are.
    """
    left, groups = list(items), list[ReviewGroup]()
    ways: tuple[tuple[Callable[[Sequence[ReviewItem]], list[list[ReviewItem]]], Literal["picture", "reason"]], ...] = (
        (lambda some: _same(some, _no_app), "reason"),
        (lambda some: _copied(_same_pictures(some, out)), "picture"),
        (lambda some: _same(some, _reason_of_check), "reason"),
        (lambda some: _same(some, _reason_of_student), "reason"),
    )
    for find, why in ways:
        groups += [ReviewGroup(tuple(some), why) for some in find(left)]
        taken = {item.key for group in groups for item in group.items}
        left = [item for item in left if item.key not in taken]
    groups += [ReviewGroup((item,)) for item in left]
    place = {item.key: place for place, item in enumerate(items)}
    return sorted(groups, key=lambda group: place[group.items[0].key])


def _same(items: Iterable[ReviewItem], question: Callable[[ReviewItem], Hashable]) -> list[list[ReviewItem]]:
    """Put together those of whom the same is asked; None is no question."""
    found: dict[Hashable, list[ReviewItem]] = {}
    for item in items:
        if (asked := question(item)) is not None:
            found.setdefault(asked, []).append(item)
    return [some for some in found.values() if len(some) > 1]


def _no_app(item: ReviewItem) -> Hashable:
    """Ask of all pictures at once that are right whether they count without an app that runs."""
    return (item.activity, item.result.status) if item.result.reason == "no-app" else None


def _reason_of_check(item: ReviewItem) -> Hashable:
    result = item.result
    if result.evidence:  # each picture has to be looked at
        return None
    observed = None if result.reason == "moved-on" else result.observed  # what the app shows by now decides nothing
    return item.activity, result.id, result.status, result.message, result.expected, observed


def _reason_of_student(item: ReviewItem) -> Hashable:
    return None if item.result.evidence else (item.name, item.result.status, item.result.message)


def _same_pictures(items: Iterable[ReviewItem], out: Path) -> list[list[ReviewItem]]:
    """Find the items that show the same as another one; each group is led by its first."""
    found: dict[Hashable, list[list[ReviewItem]]] = {}
    known: dict[tuple[str, str], bool] = {}  # a picture that was copied is compared once, whoever shows it
    for item in items:
        if item.prints:
            result = item.result
            # What is expected may hold the student's own name.
            expected = None if result.reason in _SHOWS_ANOTHER_APP else result.expected
            about = item.activity, result.id, result.status, result.reason, expected, len(item.prints)
            groups = found.setdefault(about, [])
            group = next((each for each in groups if _show_the_same(each[0], item, out, known)), None)
            if group is None:
                groups.append([item])
            else:
                group.append(item)
    return [group for groups in found.values() for group in groups if len(group) > 1]


def _copied(groups: list[list[ReviewItem]]) -> list[list[ReviewItem]]:
    """Put together the pictures that the same students share, where they share many: they are copied as a whole."""
    shared: dict[Hashable, list[list[ReviewItem]]] = {}
    for group in groups:
        first = group[0]
        about = first.activity, first.result.reason, frozenset(item.name for item in group)
        shared.setdefault(about, []).append(group)
    found = []
    for some in shared.values():
        whole = [item for group in some for item in group]
        found += [whole] if len(some) >= _FEWEST_COPIED else some
    return found


def _show_the_same(one: ReviewItem, other: ReviewItem, out: Path, known: dict[tuple[str, str], bool]) -> bool:
    for theirs, others in zip(one.prints.items(), other.prints.items(), strict=True):
        prints = from_data(theirs[1]), from_data(others[1])
        pixels = prints[0].pixels, prints[1].pixels
        if pixels not in known:
            places = (report_folder(out, one.name) / theirs[0], report_folder(out, other.name) / others[0])
            known[pixels] = same_picture(*prints, places)
        if not known[pixels]:
            return False
    return True
