"""Files of the student's that have the name of a module of Python's or Flask's, and so take its place."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.submission import Submission

_FLASK = frozenset({"flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "click", "blinker"})


def hides_a_module(submission: Submission) -> bool:
    """Whether a file beside app.py is imported in place of a module that Flask needs."""
    tops = {path.partition("/")[0].removesuffix(".py") for path in submission.in_app_folder() if path.endswith(".py")}
    return not tops.isdisjoint(_FLASK | sys.stdlib_module_names)
