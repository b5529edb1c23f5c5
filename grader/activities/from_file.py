"""An activity in a file of the course's own: ``--activity path/to/file.py``."""

from __future__ import annotations

import functools
import hashlib
import os
import sys
import traceback
from types import ModuleType
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.rubric import Activity

if TYPE_CHECKING:
    from pathlib import Path

_EXAMPLE = 'The README\'s chapter "Writing an activity" shows a whole one.'


def is_path(name: str) -> bool:
    """Whether an activity is named by its file."""
    return name.lower().endswith(".py") or "/" in name or os.sep in name


def activity_in(path: Path) -> Activity:
    """Return the activity that a file makes; the file is run, as it is the course's own.

    The activity's version covers the file's content: when that changes, what was graded with it is graded again.

    Raises `InputError`: the file cannot be read or run, or makes no activity that could be used; says what and in which
    line.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        problem = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise InputError(f"The activity {path} cannot be read: {problem}.", hint=_EXAMPLE) from error
    return _activity(path.absolute(), str(path), source)


@functools.lru_cache(maxsize=8)  # a class is graded with one file: it is run once, and again when it has changed
def _activity(path: Path, shown_as: str, source: bytes) -> Activity:
    digest = hashlib.sha256(source).hexdigest()[:16]
    found = _only_one(_run(path, shown_as, source, digest), shown_as)
    if (mistake := found.mistake()) is not None:
        raise InputError(f"{shown_as}: {mistake}.", hint=_EXAMPLE)
    return found.adapted(found.checks, version=f"{found.version}+{digest}")


def _run(path: Path, shown_as: str, source: bytes, digest: str) -> ModuleType:
    """Run the file as a module; no byte code is left beside it."""
    module = ModuleType(f"grader_activity_{digest}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # dataclasses and pickle look there
    try:
        exec(compile(source, str(path), "exec", dont_inherit=True), vars(module))  # noqa: S102 - the course's own file
    except KeyboardInterrupt:
        raise
    except SyntaxError as error:
        raise InputError(f"{shown_as} line {error.lineno} is not Python: {error.msg}.", hint=_EXAMPLE) from error
    except BaseException as error:
        raise _stopped(error, path, shown_as) from error
    return module


def _stopped(error: BaseException, path: Path, shown_as: str) -> InputError:
    """Say in which of the file's lines it stopped, and why."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    where = f" line {lines[-1]}" if lines else ""
    # A ValueError is what the rubric's words raise, with a sentence for the author.
    what = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}".removesuffix(": ")
    hint = (
        "An activity is one file; what it imports has to be installed." if isinstance(error, ImportError) else _EXAMPLE
    )
    return InputError(f"{shown_as}{where}: {what.rstrip('.')}.", hint=hint)


def _only_one(module: ModuleType, shown_as: str) -> Activity:
    """Return what is called ``activity``, else the only activity there is."""
    named = vars(module).get("activity")
    if isinstance(named, Activity):
        return named
    found = {name: value for name, value in vars(module).items() if isinstance(value, Activity)}
    if len({id(value) for value in found.values()}) == 1:
        return next(iter(found.values()))
    if not found:
        raise InputError(f"{shown_as} makes no activity: there is no activity = Activity(...) in it.", hint=_EXAMPLE)
    raise InputError(
        f"{shown_as} makes several activities: {', '.join(found)}.", hint="Call the one that is meant `activity`."
    )
