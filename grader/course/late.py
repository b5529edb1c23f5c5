"""What a late hand-in costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LatePolicy:
    """What a late hand-in costs: a share of the points it earned, for each day that has begun since it was due.

    Parameters
    ----------
    percent_per_day
        Of the points earned, in percent.
    most_percent
        No more than this is taken off, in percent.
    grace_minutes
        Up to this much later still counts as in time.  After it, days are counted from when it was due.
    """

    percent_per_day: float
    most_percent: float = 100.0
    grace_minutes: float = 0.0

    def share(self, due: datetime, submitted: datetime) -> float:
        """Return the share of the points that is taken off, from 0 to 1.

        `due` has a UTC offset; `submitted` without one is by the same clock: platforms write the course's own time.
        """
        late = lateness(due, submitted)
        if late <= timedelta(minutes=self.grace_minutes):
            return 0.0
        return self.share_of_days(math.ceil(late / _DAY))

    def share_of_days(self, days: int) -> float:
        """Return the share that is taken off for so many days that have begun, from 0 to 1."""
        return min(self.percent_per_day * days, self.most_percent, 100.0) / 100


def lateness(due: datetime, submitted: datetime) -> timedelta:
    """Return how long after it was due something was handed in; less than nothing where it was in time."""
    return (submitted if submitted.tzinfo else submitted.replace(tzinfo=due.tzinfo)) - due


def in_words(late: timedelta) -> str:
    """Say a time in its two largest units: ``1 day 3 hours``."""
    minutes = math.ceil(late / timedelta(minutes=1))
    amounts = {"day": minutes // 1440, "hour": minutes // 60 % 24, "minute": minutes % 60}
    said = [f"{amount} {unit}{'s' if amount != 1 else ''}" for unit, amount in amounts.items() if amount]
    return " ".join(said[:2]) or "less than a minute"
