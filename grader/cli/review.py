"""``grader review``: decide what the grader leaves to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import completion, options
from grader.cli.options import FOLDER
from grader.model.contract import INTERRUPTED, PASSED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.classroom.session import ClassSession
    from grader.platforms.gradebooks import Undecided

_STATUS = click.Choice(["passed", "partial", "failed"])


@click.command()
@click.argument("out", type=FOLDER)
@click.option(
    "--check",
    "checks",
    multiple=True,
    metavar="ID",
    shell_complete=completion.checks,
    help="Only this check, for example shot-3; repeatable.",
)
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="NAME",
    shell_complete=completion.students,
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
    multiple=True,
    metavar="STUDENT CHECK STATUS",
    shell_complete=completion.decisions,
    type=(str, str, _STATUS),
    help="Decide one check, whatever the grader found; STATUS is passed, partial or failed; repeatable.",
)
@click.option("--note", metavar="TEXT", help="With --set or --adjust: what the student reads about it.")
@click.option("--points", metavar="N", type=float, help="With --set: what the check earns, instead of the usual.")
@click.option(
    "--adjust",
    "adjusted",
    metavar="STUDENT POINTS",
    type=(str, float),
    help="Add points to a whole submission, or take them off (-5).",
)
@click.option(
    "--days-late",
    metavar="STUDENT DAYS",
    type=(str, click.IntRange(0)),
    help="How many days late a submission counts as.",
)
@click.option("--app", metavar="STUDENT PATH", type=(str, str), help="Which of several apps counts; graded at once.")
@click.option(
    "--attempt", metavar="STUDENT NAME", type=(str, str), help="Which of several attempts counts; graded at once."
)
@click.option("--keep", "kept", is_flag=True, help="Keep the decisions about an earlier hand-in, see --list.")
@click.option(
    "--unset",
    "taken_back",
    multiple=True,
    metavar="STUDENT CHECK",
    shell_complete=completion.decisions,
    type=(str, str),
    help="Take a decision back; repeatable.",
)
@options.undecided(help=f"{options.WHO_WAITS}  [default: as grader batch was told, else blank]")
def review(
    out: Path,
    checks: tuple[str, ...],
    students: tuple[str, ...],
    by: str,
    listed: bool,
    as_json: bool,
    decisions: tuple[tuple[str, str, str], ...],
    note: str | None,
    points: float | None,
    adjusted: tuple[str, float] | None,
    days_late: tuple[str, int] | None,
    app: tuple[str, str] | None,
    attempt: tuple[str, str] | None,
    kept: bool,
    taken_back: tuple[tuple[str, str], ...],
    undecided: Undecided | None,
) -> int:
    """Walk through what grader batch left to a person in OUT, its output folder: mostly screenshots.

    Each decision is kept at once.  At the end reports, overview and gradebooks are written again.  Grading the class
    again keeps what was decided, unless the student has handed in something else.  A class that is being graded, or
    was stopped on the way, can be reviewed as far as it is graded.

    \b
    Examples:
      grader review graded                     one item after the other
      grader review graded --check shot-3      one check for the whole class
      grader review graded --list              what is to be decided
      grader review graded --set "Doe, Jane" add-cookie passed --note "Right, on second thought."
      grader review graded --adjust "Doe, Jane" -5 --note "Handed in by mail."
      grader review graded --app "Doe, Jane" week2/app.py

    \b
    STUDENT is the submission's name (that of its folder in OUT/reports) or
    the student's name as your LMS writes it.
    """
    from grader.classroom.session import ClassSession
    from grader.cli.class_hints import with_hints

    changing = decisions or taken_back or adjusted or days_late or app or attempt or kept
    if as_json and not listed:
        raise click.UsageError("--json goes with --list.")
    if note is not None and not (decisions or adjusted):
        raise click.UsageError("--note goes with --set or --adjust.")
    if points is not None and not decisions:
        raise click.UsageError("--points goes with --set.")
    if changing and (listed or checks or (students and not kept)):
        raise click.UsageError("--set and the like name student and check themselves; leave the other options out.")
    with with_hints(), ClassSession.open(out) as session:
        if listed:
            return _list(session, checks, students, by_student=by == "student", as_json=as_json)
        from grader.cli.published import say_published

        if changing:
            from grader.cli import review_by_option as does

            if decisions or taken_back:
                does.change(session, decisions, note or "", taken_back, points)
            does.adjust(session, adjusted, days_late, note or "")
            if kept:
                does.keep(session, students)
            does.choose(session, app, attempt)
            code = PASSED
        else:
            code = _walk(session, checks, students, by_student=by == "student")
        say_published(session.publish(undecided=undecided), out)
    return code


def _list(
    session: ClassSession, checks: Sequence[str], students: Sequence[str], *, by_student: bool, as_json: bool
) -> int:
    """Show what is to be decided, once what was left behind by a grading that was killed is written."""
    from grader.cli.published import catch_up
    from grader.cli.review_by_option import show_list, show_the_rest

    items = session.waiting(*_narrowed(session, checks, students), by_student=by_student)
    catch_up(session)
    show_list(items, session.out, as_json=as_json)
    if not as_json:
        show_the_rest(session)
    return PASSED


def _walk(session: ClassSession, checks: Sequence[str], students: Sequence[str], *, by_student: bool) -> int:
    """Let a person decide one after the other."""
    from grader.cli.review_by_key import ReviewByKey

    narrowed, code = _narrowed(session, checks, students), PASSED
    by_key = ReviewByKey(session, lambda: session.waiting(*narrowed, by_student=by_student))
    try:
        by_key.run()
    except KeyboardInterrupt:
        code = INTERRUPTED
    click.echo(f"\n{by_key.summary()}  Writing reports, overview and gradebooks.")
    return code


def _narrowed(
    session: ClassSession, checks: Sequence[str], students: Sequence[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the submissions and the checks that the options name."""
    return frozenset(map(session.submission, students)), frozenset(map(session.check, checks))
