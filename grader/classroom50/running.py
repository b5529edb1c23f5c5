"""Grading the submission that Classroom 50 has checked out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.bundle.contents import unpacked
from grader.classroom50.whole_numbers import WholeNumbers
from grader.model.faults import InputError, MachineFault
from grader.platforms.classroom50.export import submitted_at
from grader.rubric import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from grader.grading import Grader
    from grader.rubric import Activity, Report

_ALL = 100.0
_NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")


@dataclass(frozen=True)
class Run:
    """What Classroom 50 tells of a run, in the environment.

    Parameters
    ----------
    checkout
        The student's repository.
    owner
        The student's, or the team's, name on GitHub: the last part of the repository's name.
    kind
        ``individual``, ``group`` or ``team``.
    tag
        The tag that stands for the submission, ``submit/2026-11-22T10-00-00Z-a1b2c3d``.
    """

    checkout: Path
    classroom: str
    assignment: str
    owner: str
    kind: str
    tag: str
    commit: str
    release: str
    review: str

    @classmethod
    def of_environment(cls, checkout: Path) -> Run:
        """Read it.

        Raises `InputError`: this is no run of Classroom 50.
        """
        told = {name: os.environ.get(name, "").strip() for name in _NEEDED}
        if lacks := [name for name, value in told.items() if not value]:
            raise InputError(
                f"{' and '.join(lacks)} {'is' if len(lacks) == 1 else 'are'} not set: this is no run of Classroom 50.",
                hint="Its workflow starts autograder.py; to grade by hand there is grader check.",
            )
        classroom, assignment, tag, commit, release = told.values()
        owner = os.environ.get("OWNER") or os.environ.get("USERNAME") or ""
        kind = os.environ.get("ASSIGNMENT_TYPE") or "individual"
        review = os.environ.get("REVIEW_URL") or commit
        return cls(checkout, classroom, assignment, owner, kind, tag, commit, release, review)

    @property
    def submitted(self) -> datetime | None:
        """When it was handed in, by the tag; None where the tag has another form."""
        return submitted_at(self.tag)


@dataclass(frozen=True)
class GradedRun:
    """A report, as Classroom 50 counts points, and whether what the course asks for is reached."""

    report: Report
    numbers: WholeNumbers
    is_enough: bool


def get_what_is_missing(echo: Callable[[str], None]) -> None:
    """Install the browser and the sandbox where this machine lacks them; a runner mostly has the one.

    Raises `MachineFault`: it cannot be had.
    """
    from grader.browser import find
    from grader.browser.installing import install
    from grader.machine.bubblewrap import sandbox_wall
    from grader.machine.system_packages import apt_install

    if not sandbox_wall().works:
        sandbox_wall.cache_clear()
        apt_install("bubblewrap", echo=echo)
    try:
        find()
    except MachineFault:
        install(echo)


def of_checkout(run: Run, activity: Activity, grader: Grader) -> Report:
    """Grade the checkout; one that cannot be opened gets a report that says why, as in ``grader batch``."""
    from grader.grading import OnDisk

    return grader.run_or_refuse(OnDisk(run.checkout, submitted=run.submitted), activity)


def grade(bundle: Path, run: Run) -> GradedRun:
    """Grade the checkout in the sandbox; when this returns, nothing of the submission runs any more.

    Raises `InputError`: this machine has no sandbox.  The app would be the user who writes the result, so it is not
    run.  Raises `MachineFault`: a check ended by the grader's error or for want of something here.  Classroom 50 knows
    no points that are yet to be decided, so the student would lose them.
    """
    from grader.grading import Grader, Settings
    from grader.sandbox.isolation import choose_isolation

    activity, course = unpacked(bundle, run.checkout)
    settings = Settings(
        isolation=choose_isolation("sandbox", fall_back=False), screenshots=True, pictures=True, course=course
    )
    with Grader(settings) as grader:
        report = of_checkout(run, activity, grader)
    for result in report.results:
        if result.counts and result.status in (Status.ERROR, Status.SKIPPED):
            raise MachineFault(
                f"Nothing is published: the check {result.id} could not be run. {result.message}",
                hint="The student has done nothing wrong. Grade the submission again when that is mended.",
            )
    asked = course.min_score_for(report.activity)
    enough = report.score.percent >= (_ALL if asked is None else asked)
    return GradedRun(report, WholeNumbers.of(activity, course), enough)
