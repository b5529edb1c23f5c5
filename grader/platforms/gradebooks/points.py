"""Points as gradebooks write them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_PLACES = Decimal("0.00001")  # as many as Moodle keeps; Canvas shows two of them
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


def written(number: Fraction, places: Decimal = _PLACES) -> str:
    """Return a number as people write it: ``70``, ``12.5``; a decimal point on every system."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    text = f"{exact.quantize(places, ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_number(text: str) -> Fraction | None:
    """Return the number in a cell such as ``100.00`` or ``100,00``; None where there is none."""
    text = text.strip()
    return Fraction(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
