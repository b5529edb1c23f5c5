"""What a person is asked: one check of one student, or of all who are alike in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from grader.classroom.review.alike import ReviewGroup
    from grader.classroom.review.items import ReviewItem
    from grader.web.desk import Desk
    from grader.web.names import Names

_OFFERED = 9
"""Notes: a digit each."""


@dataclass(frozen=True)
class Question:
    """One question.

    Parameters
    ----------
    item
        What is shown.
    others
        Who is alike in it, and best decided with it.
    why
        In what they are alike.
    place, of
        Where it stands among all that wait, from 1; 0 where it does not wait.
    comments
        Notes that were written before about the same check, the most used first.

    """

    item: ReviewItem
    others: tuple[ReviewItem, ...]
    why: Literal["picture", "reason", "alone"]
    place: int
    of: int
    comments: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[ReviewItem, ...]:
        """Everything that a decision about the group is about."""
        return (self.item, *self.others)

    @property
    def checks(self) -> int:
        """How many checks the group is about."""
        return len({item.result.id for item in self.all})

    @property
    def students(self) -> int:
        """How many students the group has."""
        return len({item.name for item in self.all})


def questions(at: Desk, names: Names, check: str = "") -> list[tuple[str, str]]:
    """Return what waits: of each group who is asked about first, and in which check."""
    return [
        (names.key(group.items[0].name), group.items[0].result.id)
        for group in at.queue()
        if not check or group.items[0].result.id == check
    ]


def question(at: Desk, names: Names, who: str, check: str) -> Question:
    """Return a question; one that does not wait any more is asked alone, with what was decided."""
    name = names.submission(who)
    queue = at.queue()
    for place, group in enumerate(queue, start=1):
        for item in group.items:
            if item.key == (name, check):
                return _of_group(at, group, item, place, len(queue))
    return Question(at.class_.item(name, check), (), "alone", 0, len(queue), _comments(at, check))


def _of_group(at: Desk, group: ReviewGroup, item: ReviewItem, place: int, of: int) -> Question:
    others = tuple(each for each in group.items if each is not item)
    return Question(item, others, group.why, place, of, _comments(at, item.result.id))


def _comments(at: Desk, check: str) -> tuple[str, ...]:
    return tuple(comment.words for comment in at.class_.comments(check)[:_OFFERED])
