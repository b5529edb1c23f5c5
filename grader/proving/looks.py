"""What was looked at, and whether two apps show the same there."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.model.text import displays, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
ANY_PAGE, ALL_PAGES = "any page", "all pages"


@dataclass
class Look:
    """One thing that a check looked at.

    Parameters
    ----------
    what
        The same for the same thing at another app: ``/display after /add``.
    shows
        All that can be seen there, by what it is.
    read
        Which of that the check has read.
    before
        What was looked at on the way here: where that is another already, this follows from it.
    by_the_way
        Whether something came after it in the same cookie store, so that its cookies were but the way there.
    """

    what: str
    shows: dict[str, Any]
    read: set[str] = field(default_factory=set)
    before: tuple[int, ...] = ()
    by_the_way: bool = False

    @property
    def looked_at(self) -> set[str]:
        """What of it the check goes by; a page that is visited and not read is there for its words."""
        if self.by_the_way:
            return self.read - {"cookies"}
        return self.read or {"text"} & self.shows.keys()


def differs(solution: Sequence[Look], variant: Sequence[Look], *, at_the_root: bool) -> bool:
    """Whether a check saw something else than at the solution.

    What was not looked at any more, since the check had ended, is not compared.

    With `at_the_root` only that counts which does not follow from what came before it: where another cookie is set, the
    page that displays it is another one, too.
    """
    pages = [look for look in variant if look.what.startswith(ANY_PAGE)]
    found = {look.what: look for look in reversed(variant)}
    other: set[int] = set()
    for number, look in enumerate(solution):
        if look.what.startswith(ANY_PAGE):
            if ALL_PAGES in found and look.read and not any(_same(look, page, look.read) for page in pages):
                return True
            continue
        now = found.get(look.what)
        if now is None or (at_the_root and other.intersection(look.before)):
            continue
        if not _same(look, now, look.looked_at if at_the_root else look.read):
            return True
        if not _same(look, now, set(look.shows)):
            other.add(number)
    return False


def _same(one: Look, other: Look, aspects: set[str]) -> bool:
    return all(alike(aspect, one.shows.get(aspect), other.shows.get(aspect)) for aspect in aspects)


def alike(aspect: str, before: Any, now: Any) -> bool:
    """Whether nothing is missing of what the solution shows: more than that is free."""
    if aspect == "text":
        return now is not None and _displays(now, before)
    if aspect == "is_html":
        return bool(now) or not before
    if aspect == "made_from":
        return set(before) <= set(now or ())
    return bool(before == now)


def _displays(now: str, before: str) -> bool:
    """Whether a page displays another one's words, and its numbers as such: 1 is neither in 11 nor in -1."""
    if not squeeze(before):
        return not squeeze(now)
    numbers = [Counter(_NUMBER.findall(text)) for text in (before, now)]
    return displays(now, before) and numbers[0] <= numbers[1]


def shows_as_much(solution: Sequence[Look], variant: Sequence[Look], *, also_more: bool = False) -> bool:
    """Whether all that was looked at is there still.

    With `also_more`, more cookies than the solution's are fine.
    """
    found = {look.what: look for look in reversed(variant)}
    return all(
        look.what in found
        and _same(look, found[look.what], set(look.shows) - {"cookies", "left"})
        and all(
            _holds(look.shows[aspect], found[look.what].shows.get(aspect), also_more=also_more)
            for aspect in {"cookies", "left"} & look.shows.keys()
        )
        for look in solution
    )


def _holds(before: Any, now: Any, *, also_more: bool) -> bool:
    return all(each in (now or ()) for each in before) if also_more else bool(before == now)
