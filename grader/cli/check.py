"""``grader check``: grade one submission."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.contract import BELOW_MINIMUM, GRADER_ERROR, GROUPS, ISOLATIONS, PASSED
from grader.faults import MachineFault

if TYPE_CHECKING:
    from grader.browser import Browser
    from grader.grading import Grader
    from grader.rubric import Report


@click.command(short_help="Grade one submission.")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--activity", metavar="ID", help="Which activity, for example 11.2; worked out if not given.")
@click.option("--report", "report_folder", metavar="DIR", type=click.Path(path_type=Path), help="Write reports there.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON report alone on standard output.")
@click.option("--skip", multiple=True, type=click.Choice(GROUPS), help="Leave out a group of checks; repeatable.")
@click.option(
    "--isolation",
    type=click.Choice(ISOLATIONS),
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
@click.option("--watch", "keep_watching", is_flag=True, help="Grade again whenever a file changes, until Ctrl-C.")
def check(
    path: Path,
    activity: str | None,
    report_folder: Path | None,
    as_json: bool,
    skip: tuple[str, ...],
    isolation: str,
    min_score: float,
    keep_watching: bool,
) -> int:
    """Grade PATH: a folder, an app.py, or a zip.  The current folder if not given.

    \b
    Examples:
      grader check                            the work in this folder
      grader check my-work.zip --report out   with reports and screenshots
      grader check app.py --activity 11.1     say which activity
      grader check --skip browser --watch     keep checking while you work

    \b
    Exit code: 0 all that could be decided is right (or --min-score is
    reached), 1 below that, 2 wrong use or unreadable input, 3 the grader's
    own error.
    """
    browser = None if "browser" in skip else _launch_browser()

    from grader.grading import Grader, Settings
    from grader.site import choose_isolation

    settings = Settings(
        isolation=choose_isolation(isolation, fall_back=True),
        skip=frozenset(skip),
        screenshots=report_folder is not None,
        keep_warm=keep_watching,
    )
    with Grader(settings, browser=browser) as grader:
        work = _Work(grader, path, activity, report_folder, as_json=as_json)
        if keep_watching:
            from grader.cli.watching import watch

            watch(path, work.grade_and_say, ignore=report_folder)
        return exit_code(work.grade_and_say(), min_score)


def _launch_browser() -> Browser | None:
    """Begin to start the browser before anything else: it takes longest.  The checks say it if there is none."""
    from grader.browser import Browser, find

    try:
        return Browser.launch(find())
    except MachineFault:
        return None


@dataclass(frozen=True)
class _Work:
    """What to grade, and where to say how it went."""

    grader: Grader
    path: Path
    activity: str | None
    report_folder: Path | None
    as_json: bool

    def grade_and_say(self) -> Report:
        report = self._grade()
        if self.report_folder is not None:
            from grader.report.writing import write_reports

            write_reports(report, self.report_folder)
        self._say(report)
        return report

    def _grade(self) -> Report:
        from grader.activities import activity_named, recognise
        from grader.submission import open_submission

        asked = activity_named(self.activity) if self.activity else None
        submission = open_submission(self.path)
        chosen = asked or recognise(submission.files, submission.source)
        notes = () if asked else (f"Recognised as {chosen.id}; --activity names another one.",)
        if self.as_json or not sys.stderr.isatty():
            return self.grader.grade(submission, chosen, notes=notes)
        from grader.report.terminal import Progress

        with Progress() as progress:
            return self.grader.grade(submission, chosen, watcher=progress, notes=notes)

    def _say(self, report: Report) -> None:
        if self.as_json:
            from grader.report.json_report import dumps

            click.echo(dumps(report))
        else:
            from grader.report.terminal import show

            show(report)
        if self.report_folder is not None:
            click.echo(f"Report: {self.report_folder / 'report.html'}", err=self.as_json)


def exit_code(report: Report, min_score: float) -> int:
    """Return what the command ends with (contract, "Exit codes")."""
    from grader.rubric import Status

    if any(result.status is Status.ERROR for result in report.results):
        return GRADER_ERROR
    return PASSED if report.score.percent >= min_score else BELOW_MINIMUM
