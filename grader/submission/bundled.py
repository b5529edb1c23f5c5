"""The student template and the reference app that come with the grader."""

from __future__ import annotations

from pathlib import Path

from grader.model.faults import InputError

_PACKAGE = Path(__file__).parent.parent


_WORKFLOW = Path(".github/workflows/grade.yml")
_EDITOR_TASKS = Path(".vscode/tasks.json")


def template_folder(activity: str) -> Path:
    """Return the folder of an activity's student template.

    Raises `InputError`: the activity has none.
    """
    folder = _bundled("student_template") / _name(activity)
    if not folder.is_dir():
        raise InputError(f"There is no template for {activity}.")
    return folder


def reference_folder(activity: str) -> Path | None:
    """Return the folder of an activity's model solution; None where none comes with the grader."""
    folder = _bundled("reference_app") / _name(activity)
    return folder if folder.is_dir() else None


def workflow(activity: str, repository: str) -> tuple[Path, str]:
    """Return the workflow with which a student's repository has its pull requests graded: where it goes, and its text.

    `repository` is the course's copy of the grader, as GitHub writes it: ``owner/name``.
    """
    file, text = _for_activity(_WORKFLOW, activity)
    return file, text.replace("COURSE/flask-activity-grader", repository)


def editor_tasks(activity: str) -> tuple[Path, str]:
    """Return the tasks with which VS Code shows mistakes at their lines: where they go, and their text."""
    return _for_activity(_EDITOR_TASKS, activity)


def _for_activity(file: Path, activity: str) -> tuple[Path, str]:
    text = (_bundled("student_template") / file).read_text(encoding="utf-8")
    return file, text.replace('"11.2"', f'"{activity}"')


def _name(activity: str) -> str:
    return activity.replace("-", "_").replace(".", "_")


def _bundled(folder: str) -> Path:
    bundled = _PACKAGE / "_bundled" / folder  # in an installed wheel; not in a checkout
    return bundled if bundled.is_dir() else _PACKAGE.parent / folder
