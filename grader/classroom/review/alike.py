"""What is one question though it waits several times: the same picture, or the same reason without a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.classroom.likeness.evidence_prints import from_data, same_picture
from grader.classroom.workers.worker import report_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from pathlib import Path

    from grader.classroom.review.items import ReviewItem


@dataclass(frozen=True)
class ReviewGroup:
    """Items that are best decided at once.

    Parameters
    ----------
    items
        In the order in which they wait.
    why
        ``picture``: one check of several students, who show the same picture, perhaps saved again.  ``reason``: one
        check of several students, or several checks of one, of which the grader says the same.  ``alone``: one item.

    """

    items: tuple[ReviewItem, ...]
    why: Literal["picture", "reason", "alone"] = "alone"


def alike(items: Sequence[ReviewItem], out: Path) -> list[ReviewGroup]:
    """Put together what is alike; each group stands where its first item does.

    Parameters
    ----------
    out
        The output folder, where the pictures are.

    """
    groups = [ReviewGroup(tuple(some), "picture") for some in _same_pictures(items, out)]
    groups += [ReviewGroup(tuple(some), "reason") for some in _same(_left(items, groups), _reason_of_check)]
    groups += [ReviewGroup(tuple(some), "reason") for some in _same(_left(items, groups), _reason_of_student)]
    groups += [ReviewGroup((item,)) for item in _left(items, groups)]
    place = {item.key: place for place, item in enumerate(items)}
    return sorted(groups, key=lambda group: place[group.items[0].key])


def _left(items: Iterable[ReviewItem], groups: Iterable[ReviewGroup]) -> list[ReviewItem]:
    taken = {item.key for group in groups for item in group.items}
    return [item for item in items if item.key not in taken]


def _same(items: Iterable[ReviewItem], question: Callable[[ReviewItem], Hashable]) -> list[list[ReviewItem]]:
    found: dict[Hashable, list[ReviewItem]] = {}
    for item in items:
        if not item.result.evidence:  # each picture has to be looked at
            found.setdefault(question(item), []).append(item)
    return [some for some in found.values() if len(some) > 1]


def _reason_of_check(item: ReviewItem) -> Hashable:
    result = item.result
    return item.activity, result.id, result.status, result.message, result.expected, result.observed


def _reason_of_student(item: ReviewItem) -> Hashable:
    return item.name, item.result.status, item.result.message


def _same_pictures(items: Iterable[ReviewItem], out: Path) -> list[list[ReviewItem]]:
    """Find the items that show the same as another one; each group is led by its first."""
    found: dict[Hashable, list[list[ReviewItem]]] = {}
    for item in items:
        if item.prints:
            # What is expected may hold the student's own name.
            about = item.activity, item.result.id, item.result.status, item.result.expected, len(item.prints)
            groups = found.setdefault(about, [])
            group = next((each for each in groups if _show_the_same(each[0], item, out)), None)
            if group is None:
                groups.append([item])
            else:
                group.append(item)
    return [group for groups in found.values() for group in groups if len(group) > 1]


def _show_the_same(one: ReviewItem, other: ReviewItem, out: Path) -> bool:
    return all(
        same_picture(
            from_data(theirs[1]),
            from_data(others[1]),
            (report_folder(out, one.name) / theirs[0], report_folder(out, other.name) / others[0]),
        )
        for theirs, others in zip(one.prints.items(), other.prints.items(), strict=True)
    )
