"""The words activities are written in: an activity is a list of checks, a check is a function with a title."""

from __future__ import annotations

import ast
import copy
import inspect
import math
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.contract import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grader.model.items import Item

LOOKS_AT = ("submission", "site", "running", "browser", "document", "screenshots")
"""What there is to look at: the names that a check's parameters may have."""

_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


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
    left_out
        Why this course does not count it, a sentence; empty where it counts.
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
    left_out: str = ""

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
    wordings
        The words of the handout that a page has to display, as the checks hand them to `displays`.  A course may
        accept others in their place (README, "Course settings").
    """

    def __init__(
        self,
        id: str,  # noqa: A002
        *,
        title: str,
        version: str = "1",
        signs: Sequence[str] = (),
        wordings: Sequence[str] = (),
    ) -> None:
        self.id = id
        self.title = title
        self.version = version
        self.signs = tuple(re.compile(sign, re.IGNORECASE) for sign in signs)
        self.wordings = tuple(wordings)
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

        Raises `ValueError`: the function has no docstring, the id is taken, or something other than a check is needed.
        """
        wanted = (needs,) if isinstance(needs, Check) else tuple(needs)
        if not all(isinstance(other, Check) for other in wanted):
            raise ValueError(f"needs={needs!r} names no check: write the decorated function itself, without quotes")

        def add(function: Callable[..., None]) -> Check:
            title = docstring(function).partition("\n")[0].rstrip(".")
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

        Raises `ValueError`: the activity has a check of this id already.
        """
        if any(check.id == other.id for other in self.checks):
            raise ValueError(f"{self.id} has two checks called {check.id}")
        self.checks.append(check)

    def adapted(self, checks: Iterable[Check], *, version: str) -> Activity:
        """Return the same activity with other checks, which `version` stands for."""
        other = copy.copy(self)
        other.checks = list(checks)
        other.version = version
        return other

    def about(self, what: str) -> Activity:
        """Return the same activity with those checks alone that look at one thing, such as ``document``."""
        return self.adapted([check for check in self.checks if what in check.looks_at], version=self.version)

    def mistake(self) -> str | None:
        """Say what its author has to mend before anything can be graded with it; None where nothing is wrong."""
        if not _ID.fullmatch(self.id):
            return f"the activity's id is {self.id!r}; it may have letters, digits, dots and dashes"
        if not self.checks:
            return f"{self.id} has no checks; put @activity.check(...) above each function that is one"
        ids = {check.id for check in self.checks}
        return next(filter(None, (_mistake(check, ids) for check in self.checks)), None) or self._circle()

    def _circle(self) -> str | None:
        """Say which checks wait for each other."""
        needs = {check.id: set(check.needs) for check in self.checks}
        while free := {id_ for id_, needed in needs.items() if not needed & needs.keys()}:
            for id_ in free:
                del needs[id_]
        return f"the checks {', '.join(needs)} need each other in a circle" if needs else None


def _mistake(check: Check, ids: set[str]) -> str | None:
    if not _ID.fullmatch(check.id):
        return f"the check {check.id!r} has an id with other characters than letters, digits, dots and dashes"
    if unknown := [need for need in check.needs if need not in ids]:
        return f"the check {check.id} needs {unknown[0]!r}, which is no check of this activity"
    if unknown := [name for name in check.looks_at if name not in LOOKS_AT]:
        return f"the check {check.id} looks at {unknown[0]!r}; there is {', '.join(LOOKS_AT)}"
    if not (math.isfinite(check.points) and check.points >= 0):
        return f"the check {check.id} is worth {check.points} points; write a number from 0 on"
    if not 0 <= check.partial <= 1:
        return f"the check {check.id} gives {check.partial} of its points when partial; write a share from 0 to 1"
    return None


def docstring(function: Callable[..., object]) -> str:
    """Return a function's docstring, which people are shown, as it was written; ``""`` where it has none."""
    return inspect.cleandoc(function.__doc__ or _written(function))


def _written(function: Callable[..., object]) -> str:
    """Read it in the source, where ``-OO`` or ``PYTHONOPTIMIZE=2`` has dropped it."""
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, SyntaxError, ValueError):  # no source, or a lambda in the middle of a line
        return ""
    if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    return ast.get_docstring(definition) or ""
