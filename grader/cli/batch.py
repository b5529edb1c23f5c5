"""``grader batch``: grade a class."""

from __future__ import annotations

from pathlib import Path

import click

from grader.model.contract import GROUPS, ISOLATIONS


@click.command(short_help="Grade a class from its LMS export.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Where everything goes.")
@click.option("--activity", metavar="ID", help="Which activity, for example 11.2; worked out for each if not given.")
@click.option("--workers", metavar="N", type=click.IntRange(1, 256), help="How many at a time.  [default: cores]")
@click.option("--fresh", is_flag=True, help="Grade everything again; what a person decided is kept.")
@click.option("--cluster", metavar="ADDRESS", help="Grade on a Dask cluster, for example tcp://10.0.0.1:8786.")
@click.option(
    "--gradebook",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The gradebook that the LMS exports, to be filled and uploaded again.",
)
@click.option("--column", metavar="NAME", help="The assignment's column in the gradebook.")
@click.option("--config", metavar="FILE", help="The course's settings; else a grader.toml in this folder or above.")
@click.option("--skip", multiple=True, type=click.Choice(GROUPS), help="Leave out a group of checks; repeatable.")
@click.option(
    "--isolation",
    type=click.Choice(ISOLATIONS),
    default="auto",
    show_default=True,
    help="How strangers' programs are kept apart from your machine.",
)
@click.option("--screenshots", is_flag=True, help="Put pictures of what the browser showed into the reports.")
def batch(
    paths: tuple[Path, ...],
    out: Path,
    activity: str | None,
    workers: int | None,
    fresh: bool,
    cluster: str | None,
    gradebook: Path | None,
    column: str | None,
    config: str | None,
    skip: tuple[str, ...],
    isolation: str,
    screenshots: bool,
) -> int:
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
    from grader.cli.batching import Batching

    return Batching(
        paths=paths,
        out=out,
        activity=activity,
        workers=workers,
        fresh=fresh,
        cluster=cluster,
        gradebook=gradebook,
        column=column,
        config=config,
        skip=frozenset(skip),
        isolation=isolation,
        screenshots=screenshots,
    ).run()
