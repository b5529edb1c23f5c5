"""What ``grader review`` does without asking: showing what waits, and deciding what its options name."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from grader.classroom.session import Adjustment, Student, Verdict
from grader.cli.class_hints import joined
from grader.cli.terminal import TerminalPage
from grader.machine.shell import command
from grader.report import wording
from grader.report.plain import clip
from grader.rubric import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.classroom.review.review_items import ReviewItem
    from grader.classroom.session import Changes, ClassSession

_LONGEST = 160


def change(
    session: ClassSession,
    decisions: Sequence[tuple[str, str, str]],
    note: str,
    taken_back: Sequence[tuple[str, str]],
    points: float | None = None,
) -> None:
    """Do what was asked for, all of it or nothing, and say what has changed."""
    back = [session.item(student, check) for student, check in taken_back]
    wanted = [(session.item(student, check), Status(status)) for student, check, status in decisions]
    verdicts = [
        *(Verdict.on(item, None) for item in back),
        *(Verdict.on(item, status, points=points) for item, status in wanted),
    ]
    _say_changes(session.decide(verdicts, note))


def adjust(
    session: ClassSession, points: tuple[str, float] | None, days_late: tuple[str, int] | None, note: str
) -> None:
    """Add points to whole submissions or take them off, and say how late they count as."""
    if points is not None:
        _adjust(session, points[0], {"points": points[1], "reason": note})
    if days_late is not None:
        _adjust(session, days_late[0], {"days_late": days_late[1]})


def _adjust(session: ClassSession, student: str, what: dict[str, Any]) -> None:
    page = TerminalPage()
    before = session.standing(student)
    now = session.adjust(student, replace(before.adjustment or Adjustment(), **what))
    scores = [wording.number(one.report.score.earned) for one in (before, now)]
    page.console.print(page.text(f"{whose(Student.of(now.hand_in))}: {scores[0]} points before, {scores[1]} now."))


def keep(session: ClassSession, students: Sequence[str]) -> None:
    """Let decisions about earlier hand-ins hold for what is there now."""
    wanted = [each for student in students for each in session.lapsed(student)] if students else session.lapsed()
    there = [each for each in wanted if each.item is not None]
    if not there:
        click.echo("There is no earlier decision to keep.")
    else:
        _say_changes(session.keep(there))


def choose(session: ClassSession, app: tuple[str, str] | None, attempt: tuple[str, str] | None) -> None:
    """Let another app or attempt count."""
    if attempt is not None:
        session.choose(attempt[0], attempt=attempt[1])
        click.echo(f"{attempt[0]}: the attempt {attempt[1]} is graded.")
    if app is not None:
        session.choose(app[0], app=app[1])
        click.echo(f"{app[0]}: {app[1]} is graded.")


def show_the_rest(session: ClassSession) -> None:
    """Show what else needs a person: a choice between apps, decisions that hold no more, who could not be opened."""
    page = TerminalPage()
    for choice in session.choices():
        if choice.is_needed:
            how = command("grader", "review", session.out, "--app", choice.who.name, choice.apps[0])
            words = f"{whose(choice.who)}: which app counts, {joined(choice.apps, 'or')}?  {how}"
            page.console.print(page.text(words), soft_wrap=True)
    lapsed = session.lapsed()
    for each in lapsed:
        note = f" ({each.decision.note})" if each.decision.note else ""
        was = f"was {each.decision.status}{note}, before something else was handed in."
        page.console.print(page.text(f"{whose(each)}, {each.decision.check}: {was}"))
    if lapsed:
        words = f"{wording.count(len(lapsed), 'decision')} about earlier hand-ins:"
        page.console.print(page.text(f"{words}  {command('grader', 'review', session.out, '--keep')}"), soft_wrap=True)


def whose(who: Student) -> str:
    """Name a student so that two of one name can be told apart."""
    return f"{who.student} ({who.id})" if who.id and who.id != who.student else who.student


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
    page = TerminalPage()
    for item in changes.conflicts:  # between looking and writing, so that it is not often seen
        said = f"{item.student}, {item.result.id}: changed by somebody else meanwhile; nothing was decided."
        page.console.print(page.text(said))
    for item in (made.after for made in changes.made):
        result = item.result
        state = f"{wording.words(result).label.lower()}, {wording.points_of(result)} points"
        page.console.print(page.text(f"{whose(item)}, {result.id}: {state}."))
    if more := list(dict.fromkeys(item.result.id for item in changes.also_waiting)):
        words = (
            "was not tried because of that, and waits" if len(more) == 1 else "were not tried because of that, and wait"
        )
        page.console.print(page.text(f"{', '.join(more)} {words} for a person, too."))


def _show_table(items: Sequence[ReviewItem]) -> None:
    from rich.table import Table

    page = TerminalPage()
    if not items:
        click.echo("Nothing is left to decide.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Student", "Check", "Points", "What the report says"):
        table.add_column(heading, header_style="bold", justify="right" if heading == "Points" else "left")
    for item in items:
        result = item.result
        cells = (whose(item), result.id, wording.number(result.points), clip(result.message, _LONGEST, 3))
        table.add_row(*map(page.text, cells))
    page.console.print(table)
    page.console.print(page.text(f"\n{wording.count(len(items), 'check')} to decide."))
