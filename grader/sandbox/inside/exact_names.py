"""Names of files by their exact letters, on disks that do not care.

``Index.html`` passes on Windows and macOS where ``index.html`` is meant, and the app fails on the first machine that
tells them apart.  The verdict must not depend on whose machine it is: what is asked for in other letters is not there.
"""

# Plain os.path, as in main.py.
# ruff: noqa: PTH118

from __future__ import annotations

import errno
import functools
import os
import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LOOKING = ("open", "os.listdir", "os.scandir")


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
            return self._is_otherwise(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100
        except (TypeError, ValueError):  # the number of an open file, or nothing that could be a path
            return False
        finally:
            self.looking.now = False

    def _is_otherwise(self, path: str) -> bool:
        here = self.root
        if not os.path.normcase(path).startswith(os.path.normcase(here) + os.sep):
            return False
        for name in path[len(here) + 1 :].split(os.sep):  # noqa: PTH206
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


def install(root: str) -> None:
    """Let no file below a folder be found by other letters than its own."""
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
