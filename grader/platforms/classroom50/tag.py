"""The tag that stands for a submission."""

from __future__ import annotations

import re
from datetime import datetime, timezone


def submitted_at(tag: str) -> datetime | None:
    """Return the time in a tag, ``submit/2026-11-22T10-00-00Z-a1b2c3d``; None where it has another form."""
    match = re.match(r"submit/(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)", tag)
    try:
        return datetime.strptime(match[1], "%Y-%m-%dT%H-%M-%SZ").replace(tzinfo=timezone.utc) if match else None
    except ValueError:
        return None
