"""What a person is asked: one check of one student, or of all who are alike in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from grader.classroom.review.alike import ReviewGroup
    from grader.classroom.review.comments import Comment
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
    comments: tuple[Comment, ...] = ()

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
                others = tuple(each for each in group.items if each is not item)
                return Question(item, others, group.why, place, len(queue), _comments(at, names, item))
    alone = at.class_.item(name, check)
    return Question(alone, (), "alone", 0, len(queue), _comments(at, names, alone))


def _comments(at: Desk, names: Names, item: ReviewItem) -> tuple[Comment, ...]:
    """Return what is offered; a note with a name in it is not, while names are hidden: it would be used without."""
    found = at.class_.comments(item.result.id, item.activity)
    return tuple(comment for comment in found if names.masked(comment.words) == comment.words)[:_OFFERED]
