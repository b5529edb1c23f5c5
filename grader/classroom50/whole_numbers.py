"""Points as Classroom 50 takes them: whole numbers, the same maximum for the whole class, and no share of it lost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.report import exact

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from grader.course import CourseSettings
    from grader.rubric import Activity, Report, Result

_FINEST = 10_000
"""The largest denominator of what people write as points and shares: a third may be 0.3333333333333333."""


@dataclass(frozen=True)
class WholeNumbers:
    """By how much points are multiplied so that all that can be earned is a whole number.

    The factor is 1 where points and halves of them are whole already.
    """

    factor: int

    @classmethod
    def of(cls, activity: Activity, course: CourseSettings) -> WholeNumbers:
        """Find the smallest factor that serves every submission to an activity, however it is graded.

        What the course has set may take a share off for late hand-ins.
        """
        checks = [check for check in course.apply(activity).checks if not check.left_out]
        shares = [_fraction(check.points) for check in checks]
        shares += [_fraction(check.points) * _fraction(check.partial) for check in checks]
        factor = _common(shares)
        if course.late is not None and course.of(activity.id).due is not None:
            factor *= _common(_fraction(part) / 100 for part in (course.late.percent_per_day, course.late.most_percent))
        return cls(factor)

    def maximum(self, result: Result) -> int:
        """Return what a check is worth."""
        return round(_fraction(result.points) * self.factor)

    def earned(self, result: Result, report: Report) -> int:
        """Return what a check gave, less what is taken off for a late hand-in."""
        return round(_fraction(result.earned) * (1 - _fraction(report.taken_off)) * self.factor)


def _fraction(number: float) -> Fraction:
    return exact(number).limit_denominator(_FINEST)


def _common(shares: Iterable[Fraction]) -> int:
    return math.lcm(*(share.denominator for share in shares))
