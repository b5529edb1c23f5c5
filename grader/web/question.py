"""What a person is asked: one check of one student, or of all who are alike in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from grader.report.evidence import is_inside
from grader.web.redrawing import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.classroom.review.review_items import Comment, ReviewItem
    from grader.model.outcome import LookedFor
    from grader.web.desk import Desk
    from grader.web.shown_names import Names

_OFFERED = 9
"""Notes: a digit each."""


@dataclass(frozen=True)
class Thing:
    """Something that one of the pictures must show.

    Parameters
    ----------
    number
        Of the picture, among the check's evidence.
    size
        Of the picture as it is shown.
    frames
        Where in it the thing was read: left, top, width, height.
    """

    looked_for: LookedFor
    number: int
    size: tuple[int, int] = (0, 0)
    frames: tuple[tuple[int, int, int, int], ...] = ()


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
    things
        What its pictures must show.
    beside
        The numbers of the pictures beside which there is what the grader's own browser saw.
    """

    item: ReviewItem
    others: tuple[ReviewItem, ...]
    why: Literal["picture", "reason", "alone"]
    place: int
    of: int
    comments: tuple[Comment, ...] = ()
    things: tuple[Thing, ...] = ()
    beside: tuple[int, ...] = ()

    @cached_property
    def all(self) -> tuple[ReviewItem, ...]:
        """Everything that a decision about the group is about."""
        return (self.item, *self.others)

    @cached_property
    def checks(self) -> int:
        """How many checks the group is about."""
        return len({item.result.id for item in self.all})

    @cached_property
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
    name, queue = names.submission(who), at.queue()
    waiting = ((place, group, item) for place, group in enumerate(queue, start=1) for item in group.items)
    found = next((each for each in waiting if each[2].key == (name, check)), None)
    place, group, item = found or (0, None, at.class_.item(name, check))
    folder = at.class_.report_folder(name)
    beside = tuple(
        number
        for number, evidence in enumerate(item.result.evidence)
        # The browser's step may have been in vain: then there is no picture of it.
        if evidence.beside and is_inside(evidence.beside) and (folder / evidence.beside).is_file()
    )
    return Question(
        item,
        others=tuple(each for each in group.items if each is not item) if group else (),
        why=group.why if group else "alone",
        place=place,
        of=len(queue),
        comments=_comments(at, names, item),
        things=tuple(_things(at, item)),
        beside=beside,
    )


def _things(at: Desk, item: ReviewItem) -> Iterator[Thing]:
    """Yield what each picture must show, with frames in the picture as it is shown here."""
    for number, evidence in enumerate(item.result.evidence):
        picture = None
        if any(thing.places for thing in evidence.looked_for):
            folder = at.class_.report_folder(item.name)
            picture = drawn(folder, (evidence.original, evidence.path), cut=True)
        for thing in evidence.looked_for:
            if picture is None:
                yield Thing(thing, number)
            else:
                yield Thing(thing, number, picture.size, tuple(map(picture.frame, thing.places)))


def _comments(at: Desk, names: Names, item: ReviewItem) -> tuple[Comment, ...]:
    """Return what is offered; a note with a name in it is not, while names are hidden: it would be used without."""
    found = at.class_.comments(item.result.id, item.activity)
    return tuple(comment for comment in found if names.masked(comment.words) == comment.words)[:_OFFERED]
