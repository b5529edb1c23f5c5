"""The student template and the reference app that come with the grader."""

from __future__ import annotations

from pathlib import Path

from grader.faults import InputError

_PACKAGE = Path(__file__).parent


def template_folder(activity: str) -> Path:
    """Return the folder of an activity's student template.

    Raises
    ------
    InputError
        The activity has none.

    """
    name = activity.replace("-", "_").replace(".", "_")
    for home in (_PACKAGE / "_bundled", _PACKAGE.parent):  # an installed wheel, or a checkout
        folder = home / "student_template" / name
        if folder.is_dir():
            return folder
    raise InputError(f"There is no template for {activity}.")
