"""Finding the system's programs."""

from __future__ import annotations

import os
import sys


def find_program(name: str) -> str | None:
    """Return the path of an installed program; None where there is none.

    Unlike `shutil.which` it never looks into the folder that the user happens to be in, which may be a stranger's
    hand-in: Windows has that at the head of every search, and elsewhere a PATH may hold ``.`` or nothing at all.
    """
    file = f"{name}.exe" if sys.platform == "win32" else name
    for folder in os.get_exec_path():
        path = os.path.join(folder, file)  # noqa: PTH118 - as PATH is written
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):  # noqa: PTH113, PTH117
            return path
    return None
