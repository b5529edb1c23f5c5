"""What ``grader review`` does without asking: showing what waits, and deciding what its options name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from grader.classroom.session import Verdict
from grader.cli.terminal import TerminalPage, make_console
from grader.report import wording
from grader.report.plain import clip
from grader.rubric import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.classroom.review.items import ReviewItem
    from grader.classroom.session import Changes, ClassSession

_LONGEST = 160


def change(
    session: ClassSession, decisions: Sequence[tuple[str, str, str]], note: str, taken_back: Sequence[tuple[str, str]]
) -> None:
    """Do what was asked for, all of it or nothing, and say what has changed."""
    back = [session.item(student, check) for student, check in taken_back]
    wanted = [(session.item(student, check), Status(status)) for student, check, status in decisions]
    verdicts = [*(Verdict.on(item, None) for item in back), *(Verdict.on(*each) for each in wanted)]
    _say_changes(session.decide(verdicts, note))


def show_list(items: Sequence[ReviewItem], out: Path, *, as_json: bool) -> None:
    """Show what is to be decided."""
    if as_json:
        click.echo(json.dumps([_to_dict(item, out) for item in items], indent=2))
    else:
        _show_table(items)


def _to_dict(item: ReviewItem, out: Path) -> dict[str, Any]:
    result = item.result
    same = ("title", "points", "message", "expected", "observed", "hint", "file", "line")
    return {
        "submission": item.name,
        "student": item.student,
        "ids": dict(item.ids),
        "activity": item.activity,
        "check": result.id,
        "status": result.status.value,
        **{key: getattr(result, key) for key in same},
        "pictures": [path.relative_to(out).as_posix() for path in item.pictures(out)],
        "report": item.report(out).relative_to(out).as_posix(),
    }


def _say_changes(changes: Changes) -> None:
    page = TerminalPage(make_console())
    for item in changes.conflicts:  # between looking and writing, so that it is not often seen
        said = f"{item.student}, {item.result.id}: changed by somebody else meanwhile; nothing was decided."
        page.console.print(page.text(said))
    for item in (made.after for made in changes.made):
        result = item.result
        state = f"{wording.words(result).label.lower()}, {wording.points_of(result)} points"
        page.console.print(page.text(f"{item.student}, {result.id}: {state}."))
    if more := list(dict.fromkeys(item.result.id for item in changes.also_waiting)):
        words = (
            "was not tried because of that, and waits" if len(more) == 1 else "were not tried because of that, and wait"
        )
        page.console.print(page.text(f"{', '.join(more)} {words} for a person, too."))


def _show_table(items: Sequence[ReviewItem]) -> None:
    from rich.table import Table

    page = TerminalPage(make_console())
    if not items:
        click.echo("Nothing is left to decide.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Student", "Check", "Points", "What the report says"):
        table.add_column(heading, header_style="bold", justify="right" if heading == "Points" else "left")
    for item in items:
        result = item.result
        cells = (item.student, result.id, wording.number(result.points), clip(result.message, _LONGEST, 3))
        table.add_row(*map(page.text, cells))
    page.console.print(table)
    page.console.print(page.text(f"\n{wording.count(len(items), 'check')} to decide."))
