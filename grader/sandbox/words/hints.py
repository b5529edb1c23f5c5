"""What to do about exceptions that mean the same on loading and in a view."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.sandbox.messages import Crash

_HINTS = {
    "NameError": "Is the name spelt as where it is defined or imported? Python cares about upper and lower case.",
    "UnboundLocalError": "It has no value yet in that line. Give it one in a line above that is always run.",
    "FileNotFoundError": "Hand the file in too, in the folder that app.py expects it in.",
    "MemoryError": "The app needs more memory than it may have; look for a list or text that grows without end.",
    "ImportError": "Check the spelling of what is imported, and that two files do not import each other in a circle.",
    "BadRequestKeyError": (
        "The cookie is not there, and `request.cookies[...]` raises this. Read it inside a try, and return the other "
        "page in its except."
    ),
}


def first_hint(table: Sequence[tuple[str, str]], said: str) -> str | None:
    """Return the first hint of a table whose pattern is found in what is said."""
    return next((match.expand(hint) for pattern, hint in table if (match := re.search(pattern, said))), None)


def advice(crash: Crash, hints: Sequence[tuple[str, str]]) -> str | None:
    """Return the first hint whose pattern is found in the exception, else the one for its kind."""
    return first_hint(hints, str(crash)) or _HINTS.get(crash.type)
