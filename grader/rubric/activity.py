"""The words activities are written in: an activity is a list of checks, a check is a function with a title."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.contract import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grader.rubric.items import Item


@dataclass(frozen=True)
class Check:
    """One question about a submission.

    Parameters
    ----------
    step
        The handout's step that asks for it.
    points
        What it is worth; an activity's checks sum to 100.
    partial
        The share of the points that a ``partial`` gives, from 0 to 1.
    looks_at
        The names of the function's parameters: ``site``, ``browser``, ``document``.  They are filled in by name, as
        pytest fills in fixtures.
    needs
        The ids of the checks without which this one cannot be tried.
    seconds
        After this long the check has not done its work, which is the grader's fault.

    """

    id: str
    step: str
    title: str
    points: float
    function: Callable[..., None]
    looks_at: tuple[str, ...]
    needs: tuple[str, ...] = ()
    partial: float = 0.5
    seconds: float = 120.0

    @property
    def groups(self) -> frozenset[str]:
        """Which of `GROUPS` it belongs to."""
        return frozenset(GROUPS).intersection(self.looks_at)


class Activity:
    """An exercise of the course, as a list of checks in the handout's order.

    Parameters
    ----------
    id
        For example ``activity-11.2``; its last part, ``11.2``, is accepted as a short name.
    title
        The handout's title.
    version
        Changes whenever a verdict may change: what was graded with another version is graded again.
    signs
        Regular expressions, matched without regard to case in the paths and the Python code that were handed in.
        The more of them match, the more likely the submission answers this activity.

    """

    def __init__(self, id: str, *, title: str, version: str = "1", signs: Sequence[str] = ()) -> None:  # noqa: A002
        self.id = id
        self.title = title
        self.version = version
        self.signs = tuple(re.compile(sign, re.IGNORECASE) for sign in signs)
        self.checks: list[Check] = []
        self.pictures: list[Item] = []
        """The screenshots that the handout asks for."""

    def __repr__(self) -> str:
        return f"<Activity {self.id}: {len(self.checks)} checks>"

    @property
    def short_name(self) -> str:
        """The part after the last dash: ``11.2``."""
        return self.id.rpartition("-")[2]

    def check(
        self,
        *,
        step: str,
        points: float,
        needs: Check | Iterable[Check] = (),
        partial: float = 0.5,
        id: str | None = None,  # noqa: A002
    ) -> Callable[[Callable[..., None]], Check]:
        """Add the decorated function as a check.

        The function's name is the id (``add_cookie`` is ``add-cookie``) and the first line of its docstring is the
        title that students read.  It passes by returning and ends otherwise by raising `Failed`, `Partial` or
        `Review`.

        Raises
        ------
        ValueError
            The function has no docstring, or the id is taken.

        """
        wanted = (needs,) if isinstance(needs, Check) else tuple(needs)

        def add(function: Callable[..., None]) -> Check:
            title = (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
            if not title:
                raise ValueError(f"the check {function.__name__} needs a docstring: it is the title students read")
            check = Check(
                id=id or function.__name__.replace("_", "-"),
                step=step,
                title=title,
                points=points,
                function=function,
                looks_at=tuple(inspect.signature(function).parameters),
                needs=tuple(other.id for other in wanted),
                partial=partial,
            )
            self.add(check)
            return check

        return add

    def add(self, check: Check) -> None:
        """Append a check that was made by hand.

        Raises
        ------
        ValueError
            The activity has a check of this id already.

        """
        if any(check.id == other.id for other in self.checks):
            raise ValueError(f"{self.id} has two checks called {check.id}")
        self.checks.append(check)
