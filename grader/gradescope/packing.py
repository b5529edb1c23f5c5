"""What is uploaded to Gradescope: two scripts, the grader itself, and which activity it grades."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.bundle.packing import packed
from grader.bundle.wheels import zipped

if TYPE_CHECKING:
    from grader.rubric import Activity

_PROGRAMS = ("setup.sh", "run_autograder")


def autograder(activity: Activity, *, file: Path | None = None, config: Path | None = None) -> bytes:
    """Make the zip that an assignment's "Configure autograder" page takes.

    Parameters
    ----------
    file
        The Python file that makes the activity, where it is not one of an installed package.
    config
        The course's settings, where there are any.

    Raises
    ------
    InputError
        The package that brings the activity cannot be taken along; says why.

    """
    here = Path(__file__).parent
    # A checkout on Windows may have other line ends, which bash does not read.
    files = {name: (here / name).read_bytes().replace(b"\r\n", b"\n") for name in _PROGRAMS}
    return zipped(files | packed(activity, file=file, config=config), programs=frozenset(_PROGRAMS))
