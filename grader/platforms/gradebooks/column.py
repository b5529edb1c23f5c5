"""Which column of a gradebook is an assignment's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from grader.model.faults import Code, InputError
from grader.report.plain import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction


@dataclass(frozen=True)
class Column:
    """An assignment's column.

    Parameters
    ----------
    header
        All that stands above it.
    title
        As the platform's page shows it.
    id
        The platform's number for it, where the file has it.
    possible
        The most points that the platform gives for it; None where the file does not say.
    """

    place: int
    header: str
    title: str
    id: str | None = None
    possible: Fraction | None = None


def choose_column(
    columns: Sequence[Column], source: str, activity: str, wanted: str | None = None, *, alone: bool = True
) -> Column:
    """Return the column of an activity.

    Parameters
    ----------
    source
        What messages call the gradebook.
    activity
        Its id, such as ``activity-11.2``: a column's title has to have the number in it, and no other kind; empty where
        it is not known yet.
    wanted
        The title or number of the column, where it was named.
    alone
        Whether the class answers no other activity: then the only column is the one, unless it is another activity's.

    Raises `InputError`: there is no such column, or several; names those that there are.
    """
    fits = columns
    if wanted is not None:
        same = wanted.strip().casefold()
        whole = [one for one in columns if same in (one.title.casefold(), one.id, one.header.strip().casefold())]
        fits = whole or [one for one in columns if same in one.title.casefold()]
    elif activity and (
        len(columns) > 1 or not alone or any(_titled(columns, other) for other in _activities() - {activity})
    ):
        fits = _titled(columns, activity)
    if len(fits) == 1:
        return fits[0]
    if not columns:
        said = f"{source} has no column of an assignment."
        raise InputError(said, hint="Export it with the assignment in it.")
    what = "several columns that could be" if fits else "no column for"
    titles = ", ".join(visible(one.header.strip()) for one in fits or columns)
    said = f"{source} has {what} {wanted or activity}: {titles}."
    raise InputError(said, hint="Name the column of the assignment with --column.", code=Code.NO_COLUMN)


def _titled(columns: Sequence[Column], activity: str) -> list[Column]:
    """Return the columns whose title has an activity's number in it, and no other kind."""
    kind, _, number = activity.rpartition("-")
    fits = [one for one in columns if _mentions(one.title, number)]
    named = [one for one in fits if _is_of(one.title, kind)]
    kinds = {other.rpartition("-")[0] for other in _activities()} - {""}
    return named or [one for one in fits if not any(_is_of(one.title, other) for other in kinds)]


def _is_of(title: str, kind: str) -> bool:
    return kind.casefold() in title.casefold()


@cache
def _activities() -> frozenset[str]:
    """Return the ids of all activities: a kind and a number."""
    from grader.activities import all_activities

    return frozenset(all_activities())


def _mentions(title: str, number: str) -> bool:
    """Whether a title has an activity's number in it, and not as a part of a longer one."""
    return re.search(rf"(?<!\d)(?<!\d\.){re.escape(number)}(?!\.?\d)", title) is not None
