"""``grader classroom50``: an autograder for an assignment of Classroom 50."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import options
from grader.cli.options import FOLDER

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.activity(required=True, help="Which activity it grades, for example 11.2.")
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    required=True,
    help="The folder to write: CLASSROOM/autograders/ASSIGNMENT in your copy of the classroom50 repository.",
)
@options.config(help="The course's settings (grader.toml), to take along.")
def classroom50(activity: str, output: Path, config: str | None) -> int:
    """Write the folder from which Classroom 50 grades an assignment.

    It holds this grader itself, so that what grades is what you have here. Commit it; the site of the repository
    serves it, so it is as public as that.

    \b
    Examples:
      grader classroom50 --activity 11.2 -o classroom50/spring/autograders/cookies
      grader classroom50 --activity exercises/greeting.py -o autograders/greeting
    """
    from grader.bundle.contents import Assignment
    from grader.classroom50.packing import write
    from grader.classroom50.whole_numbers import WholeNumbers

    assignment = Assignment.named(activity, config)
    write(output, assignment)
    factor = WholeNumbers.of(assignment.activity, assignment.course).factor
    click.echo(f"Wrote {output}: it grades {assignment.activity.id}, {assignment.activity.title}.")
    if factor != 1:
        points = f"each of the {assignment.points:g} points counts {factor} there"
        click.echo(f"Classroom 50 takes whole numbers alone: {points}.")
    click.echo("Next: commit it, and set for the assignment (Advanced settings, or in assignments.json):")
    click.echo('  "runtime": {"python": "3.13", "apt": ["bubblewrap"]}, "release_assets": ["report.html"]')
    return 0
