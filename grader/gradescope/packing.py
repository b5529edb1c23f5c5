"""What is uploaded to Gradescope: two scripts, the grader itself, and which activity it grades."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.bundle.contents import packed
from grader.bundle.wheels import zipped

if TYPE_CHECKING:
    from grader.bundle.contents import Assignment

_PROGRAMS = ("setup.sh", "run_autograder")


def autograder(assignment: Assignment) -> bytes:
    """Make the zip that an assignment's "Configure autograder" page takes.

    Raises `InputError`: the package that brings the activity cannot be taken along; says why.
    """
    here = Path(__file__).parent
    # A checkout on Windows may have other line ends, which bash does not read.
    files = {name: (here / name).read_bytes().replace(b"\r\n", b"\n") for name in _PROGRAMS}
    return zipped(files | packed(assignment), programs=frozenset(_PROGRAMS))
