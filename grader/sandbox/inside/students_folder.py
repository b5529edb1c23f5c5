"""The student's folder: which of the lines that are being run are the student's."""

# Plain os.path instead of pathlib, imports where they are used: as in main.py.
# ruff: noqa: PTH117

from __future__ import annotations

import functools
import importlib
import os
import sys
import traceback
import types

from .reporter import LONGEST_NAME, MOST_FRAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .reporter import Facts

decorators: Any = importlib.import_module(".decorators", __package__) if sys.version_info < (3, 11) else None


class Folder:
    """The student's folder, and which code lies in it."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)

    def shown(self, filename: str) -> str | None:
        """Return a path relative to the hand-in, or None for code that is not the student's, or in no file."""
        path = os.path.realpath(filename)
        if not os.path.isabs(filename) or not path.startswith(self.root + os.sep):
            return None
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def without_root(self, text: str) -> str:
        """Return what an exception says with the paths in the hand-in as the student wrote them, relative."""
        within = self.root + os.sep
        return text.replace(within, "").replace(repr(within)[1:-1], "")

    def shown_as_written(self, filename: str) -> str | None:
        """Return a relative path in the letters that the student wrote, whatever they are on this disk."""
        path = os.path.normpath(filename)
        return path[len(self.root) + 1 :].replace(os.sep, "/") if path.startswith(self.root + os.sep) else None

    def frames(self, summary: Iterable[traceback.FrameSummary]) -> list[Facts]:
        """Return the student's own frames of a traceback or stack, outermost first."""
        own = []
        for frame in summary:
            shown = self.shown(frame.filename)
            if shown is not None:
                text = (frame.line or "")[:LONGEST_NAME]
                own.append({"file": shown, "line": frame.lineno, "text": text})
        return own[-MOST_FRAMES:]

    def stack(self, frame: types.FrameType) -> list[Facts]:
        """Return the student's own frames of a running thread."""
        # Theirs alone are extracted: the lines of each other file would be read, Flask's and Python's.
        own = [step for step in traceback.walk_stack(frame) if self.shown(step[0].f_code.co_filename)][::-1]
        running = [(each.f_code, each.f_lasti) for each, _ in own]
        return self.frames(at_their_decorators(traceback.StackSummary.extract(iter(own)), running))

    def location(self, function: Any) -> Facts:
        """Return where a view function is written: file, line and name."""
        for _ in range(MOST_FRAMES):
            function = getattr(function, "__wrapped__", function)
            function = function.func if isinstance(function, functools.partial) else function
        view_class = getattr(function, "view_class", None)
        if view_class is not None:
            function = getattr(view_class, "get", None) or getattr(view_class, "dispatch_request", function)
        code = getattr(function, "__code__", None)
        if not isinstance(code, types.CodeType):
            return {"file": None, "line": None, "function": None}
        return {"file": self.shown(code.co_filename), "line": code.co_firstlineno, "function": code.co_name}


def at_their_decorators(
    summary: list[traceback.FrameSummary], running: list[tuple[types.CodeType, int]]
) -> list[traceback.FrameSummary]:
    """Return frames with the line of a decorator where Python names that of its function."""
    if decorators is None or not summary:
        return summary
    last = running[-len(summary) :]
    return [decorators.at_its_decorator(one, *where) for one, where in zip(summary, last, strict=True)]
