"""What every upload holds: the grader itself, which activity it grades, and the course's settings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import distribution, entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from grader.activities import activity_named
from grader.activities.from_file import is_path
from grader.bundle.wheels import wheel
from grader.course import CourseSettings, course_settings

if TYPE_CHECKING:
    from grader.rubric import Activity

SETTINGS, CONFIG = "autograder.json", "grader.toml"
"""Which activity is graded, and what the course has set."""
WHEELS = "wheels"
_OWN_NAME = "flask-activity-grader"
_OF_A_FILE = "activity.py"


@dataclass(frozen=True)
class Assignment:
    """What an upload grades.

    `file` is the Python file that makes the activity, where it is not one of an installed package. `config` is the
    course's settings, where there are any.
    """

    activity: Activity
    course: CourseSettings
    file: Path | None = None
    config: Path | None = None

    @classmethod
    def named(cls, named: str, config: str | None = None) -> Assignment:
        """Return what a user has named: an activity's id, short name or file, and a file of settings."""
        activity = activity_named(named)
        course = CourseSettings() if config is None else course_settings(config, Path(), activity)
        return cls(activity, course, Path(named) if is_path(named) else None, Path(config) if config else None)

    @property
    def points(self) -> float:
        """How many points there are."""
        return sum(check.points for check in self.course.apply(self.activity).checks if not check.left_out)


def packed(assignment: Assignment) -> dict[str, bytes]:
    """Return the files of an upload by their paths in it.

    Raises `InputError`: the package that brings the activity cannot be taken along; says why.
    """
    file, config = assignment.file, assignment.config
    settings = {"activity": assignment.activity.id if file is None else _OF_A_FILE}
    files = {SETTINGS: f"{json.dumps(settings)}\n".encode()}
    if file is not None:
        files[_OF_A_FILE] = file.read_bytes()
    if config is not None:
        files[CONFIG] = config.read_bytes()
    wheels = _wheels(assignment.activity, in_a_file=file is not None)
    return files | {f"{WHEELS}/{name}": content for name, content in wheels.items()}


def unpacked(folder: Path, submission: Path) -> tuple[Activity, CourseSettings]:
    """Return which activity an upload that lies in a folder grades, and what the course has set."""
    asked: str = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))["activity"]
    in_a_file, config = folder / asked, folder / CONFIG
    activity = activity_named(str(in_a_file) if in_a_file.is_file() else asked)
    return activity, course_settings(str(config), submission, activity) if config.is_file() else CourseSettings()


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
