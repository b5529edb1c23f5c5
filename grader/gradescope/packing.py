"""What is uploaded to Gradescope: two scripts, the grader itself, and which activity it grades."""

from __future__ import annotations

import json
from importlib.metadata import distribution, entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from grader.gradescope.running import CONFIG, SETTINGS
from grader.gradescope.wheels import wheel, zipped

if TYPE_CHECKING:
    from grader.rubric import Activity

_PROGRAMS = ("setup.sh", "run_autograder")
_OWN_NAME = "flask-activity-grader"
_OF_A_FILE = "activity.py"


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
    settings = {"activity": activity.id if file is None else _OF_A_FILE}
    files[SETTINGS] = f"{json.dumps(settings)}\n".encode()
    if file is not None:
        files[_OF_A_FILE] = file.read_bytes()
    if config is not None:
        files[CONFIG] = config.read_bytes()
    files |= {f"wheels/{name}": content for name, content in _wheels(activity, in_a_file=file is not None).items()}
    return zipped(files, programs=frozenset(_PROGRAMS))


def _wheels(activity: Activity, *, in_a_file: bool) -> dict[str, bytes]:
    """Make wheels of the grader and of the package that brings the activity."""
    made = [wheel(distribution(_OWN_NAME), "grader")]
    if not in_a_file:
        packages = {_package(check.function.__module__) for check in activity.checks}
        entries = [entry for entry in entry_points(group="grader.activities") if _package(entry.module) in packages]
        made += [wheel(entry.dist, _package(entry.module)) for entry in entries if entry.dist is not None]
    return dict(made)


def _package(module: str) -> str:
    return module.partition(".")[0]
