"""The files that were handed in, in the folder that they are run in: written there, and found by their exact letters.

Some disks do not care: ``Index.html`` passes on Windows and macOS where ``index.html`` is meant, and the app fails on
the first machine that tells them apart.  The verdict must not depend on whose machine it is: what is asked for in other
letters is not there.
"""

# Plain os.path instead of pathlib, imports where they are used: as in main.py.
# ruff: noqa: PTH100, PTH103, PTH110, PTH118, PTH120, PTH123, PTH206, PTH208

from __future__ import annotations

import errno
import functools
import os
import re
import sys
import threading

from .ending import the_grader_has_gone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

LOOKING = ("open", "os.listdir", "os.scandir")
# Names that Windows changes, or takes for a device or for a part of another file:
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
NO_NAME_ON_WINDOWS = re.compile(
    r"[<>:\"|?*\\\0-\x1f]|[. ](/|$)|(^|/)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\xb9\xb2\xb3]) *([./]|$)",
    re.IGNORECASE,
)


def unpack(job: BinaryIO, names: list[tuple[str, int]], root: str) -> None:
    """Write the files that were handed in to the private folder, without those that this system has no name for."""
    for name, size in names:
        content = job.read(size)
        if len(content) < size:
            the_grader_has_gone(root)
        path = os.path.join(root, *name.split("/"))
        if sys.platform == "win32" and NO_NAME_ON_WINDOWS.search(name):
            continue
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "xb") as file:  # what this disk takes for the same name is not written over
                file.write(content)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
                raise


def ignores_case(folder: str) -> bool:
    """Whether this disk takes ``Index.html`` for ``index.html``, as Windows and macOS do."""
    parent, name = os.path.split(folder)
    return os.path.exists(os.path.join(parent, name.swapcase())) and name.swapcase() not in os.listdir(parent)


class ExactNames:
    """Knows which paths below a folder are written as the disk has them."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.listdir = os.listdir
        self.looking = threading.local()

    def written_otherwise(self, path: Any) -> bool:
        """Whether there is such a file below the folder, but in other letters."""
        if getattr(self.looking, "now", False):
            return False
        self.looking.now = True  # listing a folder is something that Python asks about, too
        try:
            return self._is_otherwise(os.path.abspath(os.fsdecode(path)))
        except (TypeError, ValueError):  # the number of an open file, or nothing that could be a path
            return False
        finally:
            self.looking.now = False

    def _is_otherwise(self, path: str) -> bool:
        here = self.root
        if not os.path.normcase(path).startswith(os.path.normcase(here) + os.sep):
            return False
        for name in path[len(here) + 1 :].split(os.sep):
            try:
                names = self.listdir(here)
            except OSError:
                return False
            if name not in names:
                return any(name.lower() == other.lower() for other in names)
            here = os.path.join(here, name)
        return False

    def refuse(self, path: Any) -> None:
        """Raise what Python raises for a file that is not there, if it is there in other letters only."""
        if self.written_otherwise(path):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    def watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Be asked by Python before it opens a file or lists a folder; what would be made is the disk's to name."""
        if event not in LOOKING:
            return
        flags = arguments[2] if event == "open" else 0
        if not (isinstance(flags, int) and flags & os.O_CREAT):
            self.refuse(arguments[0])


def tell_names_apart(root: str) -> None:
    """Let no file below a folder be found by other letters than its own, where the disk would."""
    if not ignores_case(root):
        return
    names = ExactNames(root)

    def exactly(function: Callable[..., Any], answer: Any = None) -> Callable[..., Any]:
        @functools.wraps(function)
        def asked(path: Any, *arguments: Any, **options: Any) -> Any:
            if names.written_otherwise(path):
                if answer is None:
                    names.refuse(path)
                return answer
            return function(path, *arguments, **options)

        return asked

    real_stat, os.stat = os.stat, exactly(os.stat)
    for can in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if real_stat in can:
            can.add(os.stat)
    for name in ("exists", "isfile", "isdir"):
        setattr(os.path, name, exactly(getattr(os.path, name), False))
    sys.addaudithook(names.watch)
