"""``grader review``: decide what the grader leaves to a person."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.completion import checks as check_ids
from grader.cli.completion import decisions, folders, students

_STATUS = click.Choice(["passed", "partial", "failed"])


@click.command(short_help="Decide what the grader leaves to a person.")
@click.argument("out", shell_complete=folders, type=click.Path(path_type=Path))
@click.option(
    "--check",
    "checks",
    metavar="ID",
    shell_complete=check_ids,
    multiple=True,
    help="Only this check, for example shot-3; repeatable.",
)
@click.option(
    "--student",
    "students",
    metavar="NAME",
    shell_complete=students,
    multiple=True,
    help="Only this student; repeatable.",
)
@click.option(
    "--by",
    type=click.Choice(["check", "student"]),
    default="check",
    show_default=True,
    help="One check for the whole class after the other, or one student after the other.",
)
@click.option("--list", "listed", is_flag=True, help="Only show what is to be decided.")
@click.option("--json", "as_json", is_flag=True, help="With --list: as JSON.")
@click.option(
    "--set",
    "decisions",
    metavar="STUDENT CHECK STATUS",
    shell_complete=decisions,
    nargs=3,
    type=(str, str, _STATUS),
    multiple=True,
    help="Decide one check, whatever the grader found; STATUS is passed, partial or failed; repeatable.",
)
@click.option("--note", metavar="TEXT", help="With --set: what the student reads about it.")
@click.option(
    "--unset",
    "taken_back",
    metavar="STUDENT CHECK",
    shell_complete=decisions,
    nargs=2,
    type=(str, str),
    multiple=True,
    help="Take a decision back; repeatable.",
)
def review(
    out: Path,
    checks: tuple[str, ...],
    students: tuple[str, ...],
    by: str,
    listed: bool,
    as_json: bool,
    decisions: tuple[tuple[str, str, str], ...],
    note: str | None,
    taken_back: tuple[tuple[str, str], ...],
) -> int:
    """Walk through what grader batch left to a person in OUT, its output folder: mostly screenshots.

    Each decision is kept at once.  At the end reports, overview and gradebooks are written again.  Grading the class
    again keeps what was decided, unless the student has handed in something else.

    \b
    Examples:
      grader review graded                     one item after the other
      grader review graded --check shot-3      one check for the whole class
      grader review graded --list              what is to be decided
      grader review graded --set "Doe, Jane" add-cookie passed --note "Right, on second thought."

    \b
    STUDENT is the submission's name (that of its folder in OUT/reports) or
    the student's name as your LMS writes it.
    """
    from grader.cli.reviewing import Reviewing

    changing = decisions or taken_back
    if as_json and not listed:
        raise click.UsageError("--json goes with --list.")
    if note is not None and not decisions:
        raise click.UsageError("--note goes with --set.")
    if changing and (listed or checks or students):
        raise click.UsageError("--set and --unset name student and check themselves; leave the other options out.")
    reviewing = Reviewing(out, checks, students, by_student=by == "student")
    if listed:
        return reviewing.show_list(as_json=as_json)
    if changing:
        return reviewing.change(decisions, note or "", taken_back)
    return reviewing.walk()
