"""``grader batch``: grade a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from grader.cli import options
from grader.cli.options import FILE, FOLDER
from grader.model.contract import GRADER_ERROR, INTERRUPTED, PASSED
from grader.model.faults import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from grader.classroom.class_publishing import Published
    from grader.classroom.session import ClassSession


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=FILE)
@click.option("--out", required=True, type=FOLDER, help="Where everything goes.")
@options.activity(help="Which activity, for example 11.2; worked out for each if not given.")
@options.workers
@click.option("--fresh", is_flag=True, help="Grade everything again; what a person decided is kept.")
@click.option("--cluster", metavar="ADDRESS", help="Grade on a Dask cluster, for example tcp://10.0.0.1:8786.")
@options.gradebook(help="The gradebook that the LMS exports, to be filled and uploaded again.")
@options.column
@options.config(help="The course's settings; else a grader.toml in this folder or above.")
@options.skip
@options.isolation(help="How strangers' programs are kept apart from your machine.")
@click.option("--screenshots", is_flag=True, help="Put pictures of what the browser showed into the reports.")
@options.undecided(default="blank", show_default=True, help=options.WHO_WAITS)
def batch(paths: tuple[Path, ...], out: Path, fresh: bool, skip: tuple[str, ...], **asked: Any) -> int:
    """Grade a class.

    PATH is the zip or folder that Canvas, Moodle, Blackboard, Brightspace,
    Gradescope or GitHub Classroom exports, or any folder of folders and zips.
    Run it again to go on where it was stopped; only what has changed is graded again.

    \b
    Examples:
      grader batch submissions.zip --out graded
      grader batch submissions.zip --out graded --gradebook gradebook.csv
      grader review graded                    decide what a person has to

    \b
    Writes index.html (the class at a glance), reports/ (one for each),
    grades.csv, and what your LMS reads back.

    \b
    Exit code: 0 everything was graded, 2 wrong use or nothing could be
    graded, 3 the grader's own error in some of them.
    """
    from grader.classroom.class_request import ClassRequest
    from grader.classroom.session import ClassSession
    from grader.cli.class_hints import with_hints

    request = ClassRequest(skip=frozenset(skip), **asked)
    if request.column is not None and request.gradebook is None:
        raise InputError("--column names a column of a gradebook.", hint="Give the gradebook with --gradebook.")
    with with_hints(), ClassSession.create(paths, out, request, fresh=fresh) as session:
        for note in session.notes:
            click.echo(note, err=True)
        if session.put_aside is not None:
            click.echo(f"What was graded and decided before cannot be read: {session.put_aside} keeps it.", err=True)
        return _grade(session, "the same command without --fresh" if fresh else "the same command")


def _grade(session: ClassSession, command: str) -> int:
    """Grade, say how it went and where everything is, and return the exit code.

    `command` is what goes on where this is stopped.
    """
    from grader.cli.progress import ClassProgress, progress_bar, stopped_by_ctrl_c
    from grader.cli.published import say_published

    try:
        with stopped_by_ctrl_c() as stop, progress_bar() as bar:
            summary = session.grade(ClassProgress(bar, session.state().everyone), stop)
    except KeyboardInterrupt:  # the second time: at once
        state = session.state()
        what = "goes on with the rest" if state.stopped else "writes overview and grades"
        kept = f"{state.graded} of {state.everyone} are graded and kept"
        click.echo(f"\nStopped.  {kept}; {command} {what}.", err=True)
        return INTERRUPTED
    published = summary.published
    if summary.stopped:
        kept = f"{summary.graded} of {summary.everyone} are graded and kept"
        goes_on = f"; {command} goes on with the rest" if summary.graded < summary.everyone else ""
        click.echo(f"\nStopped.  {kept}{goes_on}.", err=True)
    if published.reports:
        click.echo(headline(published))
        say_published(published, session.out)
    if summary.stopped:
        return INTERRUPTED
    errors = any(result.status.value == "error" for report in published.reports for result in report.results)
    return GRADER_ERROR if errors else PASSED


def headline(published: Published) -> str:
    """Say in one line how the class did."""
    scores = [report.score for report in published.reports]
    right = sum(score.percent >= 100 for score in scores)  # noqa: PLR2004 - of what could be decided
    average = sum(score.percent for score in scores) / len(scores)
    people = "1 submission" if len(scores) == 1 else f"{len(scores)} submissions"
    return f"{people}: {right} with nothing wrong, {len(scores) - right} with mistakes; {average:.0f} % on average."
