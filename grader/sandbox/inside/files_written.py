"""The files that were handed in, written to the folder that they are run in."""

# Plain os.path instead of pathlib, imports where they are used: as in main.py.
# ruff: noqa: PTH103, PTH110, PTH118, PTH120, PTH123, PTH208

from __future__ import annotations

import errno
import os
import re
import sys

from .ending import the_grader_has_gone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

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
