"""Points as gradebooks take them: exact sums, written without the noise of binary fractions."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from grader.model.report import Report

_PLACES = Decimal("0.00001")  # as many as Moodle keeps; Canvas shows two of them
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


class Points(NamedTuple):
    """The three numbers of a score, exact."""

    earned: Fraction
    pending: Fraction
    maximum: Fraction

    @property
    def percent(self) -> Fraction:
        """What was earned of what could be decided, as `grader.model.report.Score` has it."""
        decided = self.maximum - self.pending
        return Fraction(100) if decided <= 0 else 100 * self.earned / decided

    def scaled_to(self, possible: Fraction | None) -> Fraction:
        """Return the earned points where the gradebook has another maximum; 0 or None leaves them as they are."""
        return self.earned * possible / self.maximum if possible and self.maximum else self.earned


def points(report: Report) -> Points:
    """Sum a report's points without rounding."""
    return Points(*report.exact_score)


def written(number: Fraction, places: Decimal = _PLACES) -> str:
    """Return a number as people write it: ``70``, ``12.5``; a decimal point on every system."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    text = f"{exact.quantize(places, ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_number(text: str) -> Fraction | None:
    """Return the number in a cell such as ``100.00`` or ``100,00``; None where there is none."""
    text = text.strip()
    return Fraction(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
