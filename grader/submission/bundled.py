"""The student template and the reference app that come with the grader."""

from __future__ import annotations

from pathlib import Path

from grader.model.faults import InputError

_PACKAGE = Path(__file__).parent.parent


_WORKFLOW = Path(".github/workflows/grade.yml")
_EDITOR_TASKS = Path(".vscode/tasks.json")


def template_folder(activity: str) -> Path:
    """Return the folder of an activity's student template.

    Raises
    ------
    InputError
        The activity has none.

    """
    folder = _student_template() / activity.replace("-", "_").replace(".", "_")
    if not folder.is_dir():
        raise InputError(f"There is no template for {activity}.")
    return folder


def workflow(activity: str, repository: str) -> tuple[Path, str]:
    """Return the workflow with which a student's repository has its pull requests graded: where it goes, and its text.

    Parameters
    ----------
    activity
        The activity's id.
    repository
        The course's copy of the grader, as GitHub writes it: ``owner/name``.

    """
    file, text = _for_activity(_WORKFLOW, activity)
    return file, text.replace("COURSE/flask-activity-grader", repository)


def editor_tasks(activity: str) -> tuple[Path, str]:
    """Return the tasks with which VS Code shows mistakes at their lines: where they go, and their text."""
    return _for_activity(_EDITOR_TASKS, activity)


def _for_activity(file: Path, activity: str) -> tuple[Path, str]:
    text = (_student_template() / file).read_text(encoding="utf-8")
    return file, text.replace('"11.2"', f'"{activity}"')


def _student_template() -> Path:
    bundled = _PACKAGE / "_bundled" / "student_template"  # in an installed wheel; not in a checkout
    return bundled if bundled.is_dir() else _PACKAGE.parent / "student_template"
