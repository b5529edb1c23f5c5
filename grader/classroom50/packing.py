"""The folder that a course commits as ``<classroom>/autograders/<assignment>/``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.bundle.contents import WHEELS, packed
from grader.model.faults import InputError
from grader.model.hand_in_limits import MEGABYTE

if TYPE_CHECKING:
    from grader.bundle.contents import Assignment

_PROGRAM = "autograder.py"
_LARGEST = 10 * MEGABYTE  # what the runner fetches (MAX_FETCH_BYTES of runner.py), packed


def write(folder: Path, assignment: Assignment) -> None:
    """Write an autograder, or write it again; wheels of an earlier one are removed, other files are left alone.

    Raises `InputError`: it cannot be written, or is more than Classroom 50 takes.
    """
    files = {_PROGRAM: Path(__file__).with_name(_PROGRAM).read_bytes().replace(b"\r\n", b"\n")}
    files |= packed(assignment)
    size = sum(map(len, files.values()))
    if size > _LARGEST:
        raise InputError(
            f"The autograder would have {size / MEGABYTE:.1f} MB, and Classroom 50 takes at most 10 MB.",
            hint="Put the activity into a smaller package, or name its file with --activity.",
        )
    try:
        (folder / WHEELS).mkdir(parents=True, exist_ok=True)
        for stale in (folder / WHEELS).glob("*.whl"):
            stale.unlink()
        for path, content in files.items():
            (folder / path).write_bytes(content)
    except OSError as error:
        raise InputError(
            f"{error.filename or folder} cannot be written: {error.strerror or error}.", hint="Name another folder."
        ) from error
