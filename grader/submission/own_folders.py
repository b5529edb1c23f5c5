"""Where on the disk a student's own files may lie: nothing there is ever read as the course's."""

from __future__ import annotations

from pathlib import Path


def own_folder(path: Path) -> Path | None:
    """Return the folder that may hold what the student wrote; None where there is none.

    It is the folder that was named, or the one around an ``app.py`` or a zip: there a student's loose files may lie
    as well.  A zip in the current directory says nothing about its neighbours: that is where its user works.
    """
    try:
        there = path.resolve()
    except (OSError, RuntimeError):  # a name that is too long, or links that go round in a circle
        return None
    if there.is_dir():
        return there
    if there.suffix != ".py" and there.parent == Path.cwd():
        return None
    return there.parent
