"""``grader new``: a copy of the student template to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli.completion import activities
from grader.cli.options import FOLDER

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("activity", shell_complete=activities)
@click.argument("folder", metavar="[DIR]", type=FOLDER, required=False)
@click.option(
    "--github",
    "repository",
    metavar="OWNER/REPO",
    help="Add the workflow that grades pull requests with the course's grader in that repository.",
)
def new(activity: str, folder: Path | None, repository: str | None) -> int:
    """Copy the template of ACTIVITY to DIR, a new folder named after the activity if not given.

    It has tasks for VS Code, so that mistakes stand in its Problems panel.

    \b
    Examples:
      grader new 11.2
      grader new activity-11.1 my-work
      grader new 11.2 --github our-course/flask-activity-grader
    """
    import re
    import shutil
    from pathlib import Path

    from grader.activities import activity_named
    from grader.machine.shell import command
    from grader.machine.whole_files import said_plainly
    from grader.model.faults import InputError
    from grader.submission.bundled import editor_tasks, template_folder, workflow

    chosen = activity_named(activity)
    target = Path(folder or chosen.id)
    if repository is not None and not re.fullmatch(r"[\w-]+/[\w.-]+", repository, re.ASCII):
        raise InputError(f"{repository} is no repository on GitHub.", hint="Write it as OWNER/REPO.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(f"{target} exists already and is not empty; nothing was copied.", hint="Name another folder.")
    added = [editor_tasks(chosen.id), *([workflow(chosen.id, repository)] if repository is not None else [])]
    with said_plainly(f"{target} cannot be written"):
        shutil.copytree(
            template_folder(chosen.id), target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
        for file, text in added:
            (target / file).parent.mkdir(parents=True)
            (target / file).write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"Copied the template of {chosen.id} to {target}.")
    click.echo(f"Next: edit {target / 'app.py'}, then: {command('grader', 'check', target)}")
    click.echo('In VS Code, open that folder; Terminal > Run Task > "grader: check" shows mistakes at their lines.')
    return 0
