"""What students were told about a check, to be told again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.classroom.review.items import item_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.classroom.review.items import ReviewItem
    from grader.classroom.review.standing import Standing


@dataclass(frozen=True)
class Comment:
    """A note that was written about a check.

    Parameters
    ----------
    items
        Where it is used.
    """

    words: str
    items: tuple[ReviewItem, ...]

    @property
    def used(self) -> int:
        """How many reports have it."""
        return len(self.items)

    @property
    def seen(self) -> str:
        """Changes with the words, and with where they are used: what a person is shown before changing them."""
        facts = json.dumps([self.words, sorted(item.seen for item in self.items)])
        return hashlib.sha256(facts.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def comments_on(check: str, activity: str | None, class_: Iterable[Standing]) -> list[Comment]:
    """Return the notes of a check, the most used first, then as they stand in the alphabet.

    Parameters
    ----------
    activity
        Of which exercise; of all if None.
    """
    found: dict[str, list[ReviewItem]] = {}
    for one in class_:
        decision = one.decisions.get(check)
        if decision is not None and decision.note and activity in {None, one.report.activity}:
            found.setdefault(decision.note, []).append(item_of(one, check))
    comments = [Comment(words, tuple(items)) for words, items in found.items()]
    return sorted(comments, key=lambda comment: (-comment.used, comment.words))
