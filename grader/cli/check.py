"""``grader check``: grade one submission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.rubric.activity import GROUPS

if TYPE_CHECKING:
    from grader.grading import Grader, Settings
    from grader.rubric import Activity, Report
    from grader.submission import Submission

PASSED, BELOW, GRADER_ERROR = 0, 1, 3


@click.command(short_help="Grade one submission.")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--activity", metavar="ID", help="Which activity, for example 11.2; worked out if not given.")
@click.option("--report", "report_folder", metavar="DIR", type=click.Path(path_type=Path), help="Write reports there.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON report alone on standard output.")
@click.option("--skip", multiple=True, type=click.Choice(GROUPS), help="Leave out a group of checks; repeatable.")
@click.option(
    "--isolation",
    type=click.Choice(["auto", "sandbox", "process"]),
    default="auto",
    show_default=True,
    help="How the app is kept apart from your machine.",
)
@click.option(
    "--min-score",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    default=100.0,
    show_default=True,
    help="Exit with 1 below this share of what could be decided.",
)
@click.option("--watch", is_flag=True, help="Grade again whenever a file changes, until Ctrl-C.")
def check(
    path: Path,
    activity: str | None,
    report_folder: Path | None,
    as_json: bool,
    skip: tuple[str, ...],
    isolation: str,
    min_score: float,
    watch: bool,
) -> int:
    """Grade PATH: a folder, an app.py, or a zip.  The current folder if not given.

    \b
    Examples:
      grader check                          the work in this folder
      grader check my-work.zip --report out reports with screenshots
      grader check app.py --activity 11.1   say which activity
      grader check --skip browser --watch   keep checking while you work

    \b
    Exit code: 0 all that could be decided is right (or --min-score is
    reached), 1 below that, 2 wrong use or unreadable input, 3 the grader's
    own error.
    """
    from grader.activities import activity_named, recognise
    from grader.grading import Grader, Settings
    from grader.site import choose_isolation
    from grader.submission import open_submission

    submission = open_submission(path)
    chosen = activity_named(activity) if activity else recognise(submission.files, submission.source)
    notes = () if activity else (f"Recognised as {chosen.id}; --activity names another one.",)
    settings = Settings(
        isolation=choose_isolation(isolation, fall_back=True),
        skip=frozenset(skip),
        screenshots=report_folder is not None,
    )
    with Grader(settings) as grader:
        grader.warm_up(chosen)
        if watch:
            from grader.cli.watching import watch as keep_watching

            return keep_watching(grader, path, submission, chosen)
        report = _grade(grader, submission, chosen, notes, quiet=as_json)
        if report_folder is not None:
            from grader.report.writing import write_reports

            write_reports(report, report_folder)
        _say(report, report_folder, as_json=as_json)
    return exit_code(report, min_score)


def _grade(grader: Grader, submission: Submission, activity: Activity, notes: tuple[str, ...], *, quiet: bool) -> Report:
    import sys

    if quiet or not sys.stdout.isatty():
        return grader.grade(submission, activity, notes=notes)
    from grader.report.terminal import Progress

    with Progress() as progress:
        return grader.grade(submission, activity, watcher=progress, notes=notes)


def _say(report: Report, folder: Path | None, *, as_json: bool) -> None:
    if as_json:
        from grader.report.json_report import dumps

        click.echo(dumps(report))
    else:
        from grader.report.terminal import show

        show(report)
    if folder is not None:
        click.echo(f"Report: {folder / 'report.html'}", err=as_json)


def exit_code(report: Report, min_score: float) -> int:
    """Return what the command ends with (contract, "Exit codes")."""
    from grader.rubric import Status

    if any(result.status is Status.ERROR for result in report.results):
        return GRADER_ERROR
    return PASSED if report.score.percent >= min_score else BELOW
