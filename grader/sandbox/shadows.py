"""Files of the student's that have the name of a module of Python's or Flask's, and so take its place."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.sandbox.permitted_modules import FLASKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.submission import Submission


def hidden_modules(files: Iterable[str], app: str) -> list[str]:
    """Return the modules of Python's or Flask's in whose place a file beside the app is imported."""
    beside = app.rpartition("/")[0]
    prefix = f"{beside}/" if beside else ""
    tops = {
        path[len(prefix) :].partition("/")[0].removesuffix(".py")
        for path in files
        if path.startswith(prefix) and path.endswith(".py")
    }
    builtin = set(sys.builtin_module_names)  # found before any file
    return sorted(tops & (FLASKS | sys.stdlib_module_names) - builtin)


def hides_a_module(submission: Submission) -> bool:
    """Whether a file beside app.py is imported in place of a module that Flask needs."""
    return bool(hidden_modules(submission.files, submission.app))
