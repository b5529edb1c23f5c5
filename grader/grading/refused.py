"""The report of a hand-in that was not run."""

from __future__ import annotations

import platform
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from grader import __version__
from grader.model.faults import StudentFault
from grader.model.report import NOT_RUN
from grader.rubric import Environment, Fixtures, Handed, Report, run_checks
from grader.rubric.activity import LOOKS_AT

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.course import CourseSettings
    from grader.grading.gradable import Openable
    from grader.model.faults import InputError
    from grader.rubric import Activity


def report_of_refused(
    hand_in: Openable,
    activity: Activity,
    course: CourseSettings,
    *,
    fault: InputError | None = None,
    ours: str | None = None,
    skip: Collection[str] = (),
    notes: tuple[str, ...] = (),
) -> Report:
    """Make the report of a hand-in that cannot be opened, or that was lost: for doors where each gets a report.

    `fault` is what is wrong with what was handed in: ``loads`` fails with it. `ours` is what went wrong on our side:
    ``loads`` is an ``error``, and nothing is decided. `skip` are the groups of checks that are left out.
    """

    def refuse() -> object:
        raise StudentFault(fault.message, hint=fault.hint) if fault is not None else RuntimeError(ours)

    asked = course.apply(activity)
    started = datetime.now(timezone.utc)
    report = Report(
        grader=__version__,
        activity=asked.id,
        title=asked.title,
        submission=Handed(hand_in.name, hand_in.student, hand_in.source),
        results=run_checks(asked, Fixtures(dict.fromkeys(LOOKS_AT, refuse)), skip=skip),
        environment=Environment(NOT_RUN, None, None, platform.python_version()),
        started=started,
        seconds=0.0,
        notes=notes,
    )
    return course.finish(report, hand_in.submitted)
