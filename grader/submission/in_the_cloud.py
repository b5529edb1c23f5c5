"""Files that only stand for one in iCloud: ``.Report.docx.icloud``, as macOS leaves them to save room on the disk."""

from __future__ import annotations

import re

FROM_THE_CLOUD = (
    "The file itself is still in iCloud: in the Finder, click on the cloud beside it, and hand it in again."
)

_PLACEHOLDER = re.compile(r"^\.?(?P<name>.+)\.icloud$", re.IGNORECASE)


def in_the_cloud(path: str) -> str | None:
    """Return the name of the file which a placeholder stands for; None for any other file."""
    match = _PLACEHOLDER.match(path.rpartition("/")[2])
    return match["name"] if match else None
