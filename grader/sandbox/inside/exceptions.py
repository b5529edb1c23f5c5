"""An exception, as plain data."""

# Plain os.path instead of pathlib, imports where they are used: as in main.py.
# ruff: noqa: PTH123

from __future__ import annotations

import linecache
import os
import sys
import tokenize
import traceback

from . import confinement
from .reporter import LONGEST_NAME, LONGEST_TEXT, MOST_FRAMES, MOST_NAMES
from .students_folder import at_their_decorators

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .reporter import Facts
    from .students_folder import Folder


def read_lines_with_pythons_own_modules() -> None:
    """Have lines of code read with Python's `tokenize`, where a file of the student's has its name.

    Since Python 3.13 it is imported when a line is read.
    """
    update = linecache.updatecache

    def with_pythons_own(filename: str, module_globals: dict[str, Any] | None = None) -> list[str]:
        there = sys.modules.get("tokenize")
        sys.modules["tokenize"] = tokenize
        try:
            return update(filename, module_globals)
        finally:
            if there is None:
                del sys.modules["tokenize"]
            else:
                sys.modules["tokenize"] = there

    linecache.updatecache = with_pythons_own


if sys.version_info >= (3, 13):
    read_lines_with_pythons_own_modules()


def describe(error: BaseException, folder: Folder) -> Facts:
    """Return an exception as plain data."""
    if isinstance(error, MemoryError):
        confinement.make_room()
    facts: Facts = {
        "type": name_of(type(error))[:LONGEST_NAME],
        "message": folder.without_root(text_of(error)),
        "frames": folder.frames(steps_to(error)),
        "module": str(error.name)[:LONGEST_NAME] if isinstance(error, ImportError) and error.name else None,
        "bases": [base.__name__[:LONGEST_NAME] for base in type(error).__mro__[:MOST_NAMES]],
    }
    if isinstance(error, SyntaxError) and error.filename:
        shown = folder.shown(error.filename)
        if shown is not None:
            text = (error.text or "").strip()[:LONGEST_NAME]
            facts["frames"].append({"file": shown, "line": error.lineno or 1, "text": text})
            facts["message"] = (error.msg or "")[:LONGEST_TEXT]
    elif type(error).__name__ == "TemplateSyntaxError":
        frame = template_line(error, folder)
        facts["frames"] += [frame] if frame and frame not in facts["frames"][-1:] else []
    return facts


def template_line(error: Any, folder: Folder) -> Facts | None:
    """Return the line of a template that Jinja cannot read, which is not always in the traceback.

    For a comment without an end Jinja takes the file's path for the template's name (`jinja2.lexer.Failure`).
    """
    path, line = error.filename or error.name, error.lineno
    shown = folder.shown(os.path.abspath(path)) if isinstance(path, str) else None  # noqa: PTH100
    if shown is None or not os.path.isfile(path):  # noqa: PTH113
        return None
    with open(path, "rb") as file:
        lines = file.read().decode("utf-8", "replace").splitlines()
    text = lines[line - 1].strip()[:LONGEST_NAME] if 0 < line <= len(lines) else ""
    return {"file": shown, "line": line, "text": text}


def steps_to(error: BaseException) -> list[traceback.FrameSummary]:
    """Return the last frames of an exception's traceback, outermost first."""
    running, step = [], error.__traceback__
    while step is not None:
        running.append((step.tb_frame.f_code, step.tb_lasti))
        step = step.tb_next
    return at_their_decorators(traceback.extract_tb(error.__traceback__, limit=-5 * MOST_FRAMES), running)


def name_of(kind: type[BaseException]) -> str:
    """Return an exception's name, the same with every Python; "error" alone names nothing."""
    if (kind.__module__, kind.__name__) == ("re", "PatternError"):  # its name since Python 3.13
        return "re.error"
    return f"{kind.__module__}.{kind.__name__}" if kind.__name__.lower() == "error" else kind.__name__


def text_of(error: BaseException) -> str:
    """Return an exception's words; an exception of the student's own may fail to have any."""
    try:
        return str(error)[:LONGEST_TEXT]
    except BaseException:  # noqa: BLE001
        return ""
