"""A proof on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.cli.terminal import TerminalPage

if TYPE_CHECKING:
    from grader.proving import CheckRow, Proof
    from grader.proving.proof_writing import Chapter

_SHOWN, _SHOWN_IN_SHORT = 40, 8


def show(proof: Proof) -> None:
    """Print a proof for people."""
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
