"""``grader classroom50``: an autograder for an assignment of Classroom 50."""

from __future__ import annotations

import click


@click.command()
@click.option("--activity", metavar="ID", required=True, help="Which activity it grades, for example 11.2.")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    required=True,
    help="The folder to write: CLASSROOM/autograders/ASSIGNMENT in your copy of the classroom50 repository.",
)
@click.option("--config", metavar="FILE", help="The course's settings (grader.toml), to take along.")
def classroom50(activity: str, output: str, config: str | None) -> int:
    """Write the folder from which Classroom 50 grades an assignment.

    It holds this grader itself, so that what grades is what you have here. Commit it; the site of the repository
    serves it, so it is as public as that.

    \b
    Examples:
      grader classroom50 --activity 11.2 -o classroom50/spring/autograders/cookies
      grader classroom50 --activity exercises/greeting.py -o autograders/greeting
    """
    from pathlib import Path

    from grader.activities import activity_named
    from grader.activities.from_file import is_path
    from grader.classroom50.packing import write
    from grader.classroom50.whole_numbers import WholeNumbers
    from grader.course import CourseSettings, course_settings

    chosen = activity_named(activity)
    folder = Path(output)
    course = CourseSettings() if config is None else course_settings(config, Path(), chosen)
    write(
        folder,
        chosen,
        file=Path(activity) if is_path(activity) else None,
        config=None if config is None else Path(config),
    )
    factor = WholeNumbers.of(chosen, course).factor
    total = sum(check.points for check in course.apply(chosen).checks if not check.left_out)
    click.echo(f"Wrote {folder}: it grades {chosen.id}, {chosen.title}.")
    if factor != 1:
        click.echo(f"Classroom 50 takes whole numbers alone: each of the {total:g} points counts {factor} there.")
    click.echo("Next: commit it, and set for the assignment (Advanced settings, or in assignments.json):")
    click.echo('  "runtime": {"python": "3.13", "apt": ["bubblewrap"]}, "release_assets": ["report.html"]')
    return 0
