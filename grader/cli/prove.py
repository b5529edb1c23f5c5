"""``grader prove``: whether an activity's checks notice the mistakes that can be made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import options
from grader.cli.completion import activities
from grader.cli.options import FILE, FOLDER
from grader.model.contract import BELOW_MINIMUM, GRADER_ERROR, INTERRUPTED, PASSED
from grader.model.faults import InputError

if TYPE_CHECKING:
    from grader.cli.terminal import TerminalPage
    from grader.proving import CheckRow, Proof
    from grader.proving.proof_writing import Chapter

_SHOWN, _SHOWN_IN_SHORT = 40, 8


@click.command()
@click.argument("activity", shell_complete=activities)
@click.option("--solution", type=FOLDER, help="A model solution that passes; else the one that comes with the grader.")
@click.option("--only", metavar="CHECK", help="Prove one check alone, for example add-cookie.")
@click.option("--json", "as_json", is_flag=True, help="Print the proof as JSON alone on standard output.")
@click.option("--html", type=FILE, help="Write the proof as a web page, too.")
@click.option("--keep", type=FOLDER, help="Write every variant to a folder below this one, by what came of it.")
@click.option(
    "--seed", metavar="N", type=int, default=1, show_default=True, help="The same variants for the same seed."
)
@options.workers
@options.config(help="The course's settings; else a grader.toml in a folder above the solution.")
@options.isolation(help="How the app is kept apart from your machine.")
def prove(
    activity: str,
    solution: Path | None,
    only: str | None,
    as_json: bool,
    html: Path | None,
    keep: Path | None,
    seed: int,
    workers: int | None,
    config: str | None,
    isolation: str,
) -> int:
    """Find out which mistakes the checks of ACTIVITY notice.

    A model solution is made wrong in one place at a time, and written in
    other right ways; all of it is graded. You read which mistakes no check
    noticed, and which right ways lost points.

    \b
    Examples:
      grader prove 11.2
      grader prove exercises/activity_12_1.py --solution exercises/solution
      grader prove 11.2 --only add-cookie --keep variants
      grader prove 11.2 --html proof.html

    \b
    Exit code: 0 nothing is to be mended, 1 something was missed, 2 wrong
    use, or a solution that does not pass, 3 the grader's own error.
    """
    from grader.activities import activity_named
    from grader.cli.progress import ProofProgress, progress_bar, stopped_by_ctrl_c
    from grader.grading import settings_for
    from grader.machine.processors import cores
    from grader.proving import make_variants, open_solution
    from grader.proving import prove as prove_it
    from grader.proving.proof_writing import dumps

    for target in (html.parent if html else None, keep.parent if keep else None):
        if target is not None and not target.is_dir():
            raise InputError(f"There is no folder {target}.", hint="Make it, or name another one.")
    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise InputError(f"{keep} exists already and is not empty; nothing was tried.", hint="Name another folder.")
    settings = settings_for(solution or Path(), activity=activity_named(activity), config=config, isolation=isolation)
    asked = open_solution(activity, solution, settings, only=only)
    variants, count = make_variants(asked, seed), workers or cores()
    with stopped_by_ctrl_c() as stop, progress_bar() as bar:
        progress = ProofProgress(bar, len(variants))
        proof = prove_it(asked, variants, settings, seed=seed, workers=count, done=progress.done, stop=stop)
    if stop.is_set():
        click.echo("Stopped; what was graded until then:", err=True)
    if as_json:
        click.echo(dumps(proof))
    else:
        _show(proof)
    _write(proof, html, keep, said_on_stderr=as_json)
    return INTERRUPTED if stop.is_set() else _exit_code(proof)


def _exit_code(proof: Proof) -> int:
    from grader.proving import TrialVerdict

    if proof.count(TrialVerdict.UNDECIDED):
        return GRADER_ERROR
    return PASSED if proof.is_whole else BELOW_MINIMUM


def _write(proof: Proof, html: Path | None, keep: Path | None, *, said_on_stderr: bool) -> None:
    """Write the page and the variants; the result has been shown by then, whether this works or not."""
    from grader.machine.whole_files import said_plainly
    from grader.proving.proof_writing import keep_variants, to_html

    if html is not None:
        with said_plainly(f"{html} cannot be written"):
            html.write_text(to_html(proof), encoding="utf-8")
        click.echo(f"Page: {html}", err=said_on_stderr)
    if keep is not None:
        with said_plainly(f"{keep} cannot be written"):
            keep_variants(proof, keep)
        click.echo(f"Variants: {keep}", err=said_on_stderr)


def _show(proof: Proof) -> None:
    """Print a proof for people."""
    from grader.cli.terminal import TerminalPage
    from grader.proving.proof_writing import chapters, summary

    page = TerminalPage()
    page.console.print(page.text(proof.title, "bold"))
    page.console.print(page.text(f"{proof.activity} / {proof.solution} / seed {proof.seed}", "dim"))
    page.console.print()
    _table(page, proof.rows)
    page.console.print()
    for sentence in summary(proof):
        page.console.print(page.sentence(sentence))
    for chapter in chapters(proof):
        _chapter(page, chapter)


def _table(page: TerminalPage, rows: list[CheckRow]) -> None:
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(page.text("Check", "dim"), overflow="fold")
    for heading in ("Mistakes", "noticed", "by others only", "by none"):
        table.add_column(page.text(heading, "dim"), justify="right")
    for row in rows:
        table.add_row(
            page.text(row.id, "red" if row.is_unproven else ""),
            page.text(f"{row.made}"),
            page.text(f"{row.noticed}", "green" if row.noticed == row.made and row.made else ""),
            page.text(f"{row.others}", "yellow" if row.others else "dim"),
            page.text(f"{row.none}", "bold red" if row.none else "dim"),
        )
    page.console.print(table)


def _chapter(page: TerminalPage, chapter: Chapter) -> None:
    from grader.proving.proof_writing import who

    page.console.print()
    style = "bold red" if chapter.is_to_be_mended else "bold"
    page.console.print(page.text(f"{chapter.heading} ({len(chapter.trials)})", style))
    page.console.print(page.sentence(chapter.what_to_do, "dim"))
    shown = chapter.trials[: _SHOWN if chapter.is_to_be_mended else _SHOWN_IN_SHORT]
    for trial in shown:
        page.put(page.text(f"{trial.variant.kind}  ").append_text(page.text(trial.variant.place, "dim")), 2)
        if not chapter.is_to_be_mended and not trial.said:
            continue
        for sign, line, colour in (("-", trial.variant.before, "red"), ("+", trial.variant.after, "green")):
            if line:
                page.put(page.text(f"{sign} {line}", colour), 4)
        if said := who(trial):
            page.put(page.sentence(said), 4)
    if (more := len(chapter.trials) - len(shown)) > 0:
        page.console.print(page.text(f"  and {more} more; --html and --json have all of them", "dim"))
