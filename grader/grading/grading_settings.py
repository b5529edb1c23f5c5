"""How to grade: the one set of options that every door fills in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.course import CourseSettings, course_settings
from grader.sandbox.isolation import choose_isolation
from grader.sandbox.limits import RunLimits

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from grader.rubric import Activity
    from grader.sandbox.isolation import Isolation


@dataclass(frozen=True)
class Settings:
    """How to grade: settled for this machine and this course, and the same for all submissions of a `Grader`.

    Holds nothing but data, so that it can be sent to a worker.  `settings_for` makes one from what a user says.

    Parameters
    ----------
    isolation
        ``sandbox`` or ``process``, as `grader.sandbox.isolation.choose_isolation` returns it.
    skip
        The groups of checks to leave out: ``browser``, ``document``.
    screenshots
        Whether to take a picture after each step in the browser, for reports.
    pictures
        Whether reports show the pictures of the Word document.
    keep_warm
        Whether there will be more submissions: then what each needs is made ready before its turn.
    course
        What the course has set; it is applied to every activity and report.
    suppose
        Whether it is found out how checks would end if other words were accepted; see `grader.rubric.run_checks`.
    """

    isolation: Isolation
    skip: frozenset[str] = frozenset()
    screenshots: bool = False
    pictures: bool = False
    keep_warm: bool = False
    limits: RunLimits = field(default_factory=RunLimits)
    course: CourseSettings = field(default_factory=CourseSettings)
    suppose: bool = False


def settings_for(
    path: Path,
    *,
    activity: Activity | None = None,
    config: str | None = None,
    isolation: str = "auto",
    skip: Collection[str] = (),
    **more: Any,
) -> Settings:
    """Return how to grade what a user names, for one's own code: where there is no sandbox, a plain process will do.

    The course's ``grader.toml`` is looked for in the folders above `path`, unless `config` names it; `activity` may be
    one that only its file makes, `isolation` is ``auto``, ``sandbox`` or ``process``, and the rest is as in `Settings`.
    Raises `InputError`: there is no sandbox and one is asked for, or the settings of the course are wrong.
    """
    course = course_settings(config, path, activity)
    return Settings(choose_isolation(isolation, fall_back=True), frozenset(skip), course=course, **more)
