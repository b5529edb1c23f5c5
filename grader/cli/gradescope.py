"""``grader gradescope``: an autograder to upload to Gradescope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import options
from grader.cli.options import FILE

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.activity(required=True, help="Which activity it grades, for example 11.2.")
@click.option(
    "-o", "--output", type=FILE, default="autograder.zip", show_default=True, help="The zip to write, or replace."
)
@options.config(help="The course's settings (grader.toml), to take along.")
def gradescope(activity: str, output: Path, config: str | None) -> int:
    """Make the zip that Gradescope's "Configure Autograder" page takes.

    It holds this grader itself, so that what Gradescope runs is what you have here.

    \b
    Examples:
      grader gradescope --activity 11.2
      grader gradescope --activity exercises/greeting.py -o greeting.zip
    """
    from grader.bundle.contents import Assignment
    from grader.gradescope.packing import autograder
    from grader.machine.whole_files import said_plainly

    assignment = Assignment.named(activity, config)
    upload = autograder(assignment)
    with said_plainly(f"{output} cannot be written", hint="Name another file."):
        output.write_bytes(upload)
    click.echo(f"Wrote {output}: it grades {assignment.activity.id}, {assignment.activity.title}.")
    worth = f"{assignment.points:g} autograder points"
    click.echo(f"Next: upload it on the assignment's Configure Autograder page, with {worth}.")
    return 0
