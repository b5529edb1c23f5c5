"""Dates in Brightspace's names of files: they follow the language and the settings of whoever downloaded them."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

_MONTHS = (
    "jan jän ene gen sty oca янв",
    "feb fev fév lut şub фев",
    "mar mär mrt maa мар",
    "apr abr avr kwi nis апр",
    "may mai mag mei maj mayis май мая",
    "jun juin giu cze haz июн",
    "jul juil lug lip tem июл",
    "aug ago août aoû sie ağu авг",
    "sep set wrz eyl сен",
    "oct okt out ott paź eki окт",
    "nov noi lis kas ноя",
    "dec dez dic déc dici gru ara дек",
)
"""How months begin, in a row the same one; Brightspace's languages in Latin and Cyrillic letters."""

_WORD = r"[^\W\d_]+\.?"
_OF = r"(?:\s+(?:de|of|d[ei']l?))?"
_DAY = "|".join(
    (
        rf"{_WORD}\s+\d{{1,2}},?\s+\d{{4}}",  # Nov 1, 2026
        rf"\d{{1,2}}(?:\.|er|st|nd|rd|th)?{_OF}\s+{_WORD},?{_OF}\s+\d{{4}}",  # 1 November, 2026; 1 de noviembre de 2026
        rf"\d{{4}}\s+{_WORD}\s+\d{{1,2}}",  # 2026 Nov 1
        r"\d{4}[-.]\d{1,2}[-.]\d{1,2}",  # 2026-11-01
        r"\d{1,2}[-.]\d{1,2}[-.]\d{4}",  # 01.11.2026
        r"\d{4}[年년]\s?\d{1,2}[月월]\s?\d{1,2}[日일]",
    )
)
_HALF = r"(?:[AaPp]\.?\s?[Mm]\.?|午前|午後|上午|下午|오전|오후)"
_AT = r"(?:\s+(?:at|à|kl\.?|um|las|alle))?"
_TIME = rf"{_HALF}?\s?\d{{1,2}}\s?[.:hH-]?\s?\d{{2}}(?:[.: -]\d{{2}})?(?:\s?{_HALF})?(?:\s?Uhr)?"
MOMENT = rf"(?:(?:{_WORD},?\s+)?(?:{_DAY})(?:,?{_AT}\s+{_TIME})?)"
"""A regular expression for a date, with or without a time, whatever the month is called."""

_AFTERNOON = re.compile(r"p\.?\s?m|午後|下午|오후", re.IGNORECASE)
_MORNING = re.compile(r"a\.?\s?m|午前|上午|오전", re.IGNORECASE)
_PARTS = re.compile(rf"(?:{_WORD},?\s+)??(?P<day>{_DAY})(?:,?{_AT}\s+(?P<time>{_TIME}))?")
_YEAR_DIGITS, _NOON = 4, 12


def read_moment(text: str) -> datetime | None:
    """Return what a `MOMENT` says, None where its month is not known or it is no date at all."""
    match = _PARTS.fullmatch(text)
    if match is None:
        return None
    numbers = re.findall(r"\d+", match["day"])
    year = next((number for number in numbers if len(number) == _YEAR_DIGITS), "")
    if not year:
        return None
    others = [int(number) for number in numbers if number is not year]
    if len(others) == 1:
        month, day = _month(match["day"]), others[0]
    elif numbers[0] is year:
        month, day = others
    else:  # 01.11.2026, the day first; where that cannot be, the month
        day, month = others if others[1] <= _NOON else reversed(others)
    hour, minute = _hour_and_minute(match["time"] or "")
    try:
        return datetime(int(year), month, day, hour, minute)  # noqa: DTZ001 - Brightspace writes no zone
    except ValueError:
        return None


def _month(day: str) -> int:
    """Return the number of a month; 0 where no language has it."""
    for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", day).casefold().replace("\u0131", "i")):
        for number, starts in enumerate(_MONTHS, start=1):
            if any(word.startswith(start) for start in starts.split()):
                return number
    return 0


def _hour_and_minute(time: str) -> tuple[int, int]:
    digits = "".join(re.findall(r"\d+", time)[:2])
    if not digits:
        return 0, 0
    hours = digits if len(digits) <= _YEAR_DIGITS else digits[:_YEAR_DIGITS]
    hour, minute = int(hours[:-2]), int(hours[-2:])
    if _AFTERNOON.search(time):
        hour = hour % _NOON + _NOON
    elif _MORNING.search(time):
        hour %= _NOON
    return hour, minute
