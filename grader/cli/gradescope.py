"""``grader gradescope``: an autograder to upload to Gradescope."""

from __future__ import annotations

import click

from grader.cli.completion import activities, files


@click.command()
@click.option(
    "--activity",
    metavar="ID",
    shell_complete=activities,
    required=True,
    help="Which activity it grades, for example 11.2.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    shell_complete=files,
    default="autograder.zip",
    show_default=True,
    help="The zip to write, or replace.",
)
@click.option(
    "--config", metavar="FILE", shell_complete=files, help="The course's settings (grader.toml), to take along."
)
def gradescope(activity: str, output: str, config: str | None) -> int:
    """Make the zip that Gradescope's "Configure Autograder" page takes.

    It holds this grader itself, so that what Gradescope runs is what you have here.

    \b
    Examples:
      grader gradescope --activity 11.2
      grader gradescope --activity exercises/greeting.py -o greeting.zip
    """
    from pathlib import Path

    from grader.activities import activity_named
    from grader.activities.from_file import is_path
    from grader.course import CourseSettings, course_settings
    from grader.gradescope.packing import autograder
    from grader.model.faults import InputError

    chosen = activity_named(activity)
    target = Path(output)
    course = CourseSettings() if config is None else course_settings(config, Path(), chosen)
    upload = autograder(
        chosen,
        file=Path(activity) if is_path(activity) else None,
        config=None if config is None else Path(config),
    )
    try:
        target.write_bytes(upload)
    except OSError as error:
        problem = error.strerror or str(error)
        raise InputError(f"{target} cannot be written: {problem}.", hint="Name another file.") from error
    total = sum(check.points for check in course.apply(chosen).checks if not check.left_out)
    click.echo(f"Wrote {target}: it grades {chosen.id}, {chosen.title}.")
    click.echo(f"Next: upload it on the assignment's Configure Autograder page, with {total:g} autograder points.")
    return 0
