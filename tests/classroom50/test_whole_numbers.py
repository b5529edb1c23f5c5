"""Points as whole numbers: the same maximum for the whole class, and no share lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from fractions import Fraction
from pathlib import Path

import pytest

from grader.classroom50.whole_numbers import WholeNumbers
from grader.course import CourseSettings
from grader.course.late import LatePolicy
from grader.course.settings import ActivitySettings
from grader.grading import OnDisk, report_of_refused
from grader.model.outcome import Status
from grader.rubric import Activity, Check

DUE = datetime(2026, 11, 20, tzinfo=timezone.utc)


def activity(*worth: tuple[float, float]) -> Activity:
    made = Activity("activity-9.9", title="Numbers")
    for number, (points, partial) in enumerate(worth):
        made.add(Check(f"check-{number}", "1", "A check", points, lambda: None, (), partial=partial))
    return made


def late(per_day: float, most: float) -> CourseSettings:
    return CourseSettings(late=LatePolicy(per_day, most), activities={"activity-9.9": ActivitySettings(due=DUE)})


@pytest.mark.parametrize(
    ("worth", "factor"),
    [
        ([(10, 0.5), (20, 0.5)], 1),
        ([(5, 0.5), (10, 0.5)], 2),
        ([(2.5, 0.5)], 4),
        ([(10, 1 / 3), (1, 0.5)], 6),
        ([(33.33, 1), (33.34, 0)], 100),
        ([(0, 0.5)], 1),
        ([(7, 0)], 1),
        ([(0.1, 1), (0.2, 1)], 10),
    ],
)
def test_the_smallest_factor_that_makes_whole_numbers_of_all_that_can_be_earned(worth, factor):
    assert WholeNumbers.of(activity(*worth), CourseSettings()) == WholeNumbers(factor)


@pytest.mark.parametrize(("per_day", "most", "days"), [(10, 50, 3), (12.5, 100, 3), (33, 100, 4), (7, 20, 9)])
def test_what_a_late_hand_in_costs_is_exact_too_and_changes_no_maximum(per_day, most, days):
    one, course = activity((5, 0.5), (10, 0.5)), late(per_day, most)
    numbers = WholeNumbers.of(one, course)
    report = report_of_refused(OnDisk(Path("jane")), one, CourseSettings(), ours="")
    taken_off = course.late.share(DUE, DUE.replace(day=DUE.day + days)) if course.late else 0
    results = tuple(
        replace(result, status=status, earned=earned)
        for result, status, earned in zip(report.results, (Status.PARTIAL, Status.PASSED), (2.5, 10.0), strict=True)
    )
    report = replace(report, results=results, taken_off=taken_off)
    assert sum(map(numbers.maximum, results)) == 15 * numbers.factor
    earned = sum(numbers.earned(result, report) for result in results)
    exact = Fraction("12.5") * (1 - min(Fraction(str(per_day)) * days, Fraction(most)) / 100)
    assert Fraction(earned, numbers.factor) == exact


def test_what_a_course_leaves_out_does_not_count():
    settings = ActivitySettings(points={"check-0": 4})
    course = CourseSettings(activities={"activity-9.9": settings})
    assert WholeNumbers.of(activity((2.5, 0.5)), course).factor == 1
