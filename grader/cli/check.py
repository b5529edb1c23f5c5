"""``grader check``: grade one submission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from grader.cli import options
from grader.cli.options import FILE, FOLDER

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("path", default=".", type=FILE)
@options.activity(help="Which activity, for example 11.2; worked out if not given.")
@click.option(
    "--report",
    "report_folder",
    type=FOLDER,
    help="Write report.html, .docx, .json and .md, junit.xml and results.json there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the JSON report alone on standard output.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "gcc")),
    help="How the result is printed: json is --json, gcc a line for each mistake, for editors.  [default: text]",
)
@options.config(help="The course's settings; else a grader.toml in a folder above PATH.")
@options.skip
@options.isolation(help="How the app is kept apart from your machine.")
@click.option(
    "--min-score",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    help="Exit with 1 below this share of what could be decided.  [default: 100, or what the course has set]",
)
@click.option("--watch", is_flag=True, help="Grade again whenever a file changes, until Ctrl-C.")
def check(
    path: Path, as_json: bool, form: str | None, skip: tuple[str, ...], min_score: float | None, **asked: Any
) -> int:
    """Grade PATH: a folder, an app.py, a zip, or a Word document by itself.

    Without PATH, the current folder.

    \b
    Examples:
      grader check                            the work in this folder
      grader check my-work.zip --report out   with reports and screenshots
      grader check app.py --activity 11.1     say which activity
      grader check --skip browser --watch     keep checking while you work
      grader check report.docx --activity 11.2  the screenshots alone
      grader check --format gcc               for an editor's list of problems

    \b
    Exit code: 0 all that could be decided is right (or --min-score is
    reached), 1 below that, 2 wrong use or unreadable input, 3 the grader's
    own error.
    """
    from grader.cli.checking import Checking, launch_browser

    if as_json and form not in {None, "json"}:
        raise click.UsageError(f"--json and --format {form} ask for two formats; leave one out.")
    output = "json" if as_json else form or "text"
    checking = Checking(path, output=output, skip=frozenset(skip), **asked)
    browser = None if "browser" in skip or checking.is_document else launch_browser()
    return checking.run(browser, min_score)
