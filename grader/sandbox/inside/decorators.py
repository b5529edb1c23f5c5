"""The line of a decorator that fails, where Python names the one of the function below it (before Python 3.11).

Loaded by `main` from beside it.  https://docs.python.org/3/whatsnew/3.11.html
"""

from __future__ import annotations

import ast
import dis
import linecache
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types


def at_its_decorator(summary: traceback.FrameSummary, code: types.CodeType, last: int) -> traceback.FrameSummary:
    """Return a frame with the line of the decorator that it is calling; as it is where it calls none.

    `last` is the frame's last instruction (``tb_lasti``).
    """
    calls = _calls_after_making(code, last)
    if not calls:
        return summary
    try:
        tree = ast.parse("".join(linecache.getlines(summary.filename)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it has been changed since
        return summary
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and node.lineno == summary.lineno
            and len(node.decorator_list) >= calls
        ):
            return traceback.FrameSummary(summary.filename, node.decorator_list[-calls].lineno, summary.name)
    return summary


def _calls_after_making(code: types.CodeType, last: int) -> int:
    """Return which call since a function or class was made is under way: decorators are called from below upwards."""
    calls: int | None = None
    for instruction in dis.get_instructions(code):
        name, argument = instruction.opname, instruction.arg or 0
        if name == "CALL_FUNCTION" and argument == 1:
            calls = None if calls is None else calls + 1
        elif name == "MAKE_FUNCTION" or name.startswith("CALL_FUNCTION"):  # the second makes a class
            calls = 0
        else:
            calls = None
        if instruction.offset >= last:
            break
    return calls or 0
