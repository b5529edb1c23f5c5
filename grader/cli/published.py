"""Writing a class's files, and saying where everything lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli.terminal import TerminalPage
from grader.machine.shell import command
from grader.model.faults import InputError
from grader.report import wording

if TYPE_CHECKING:
    from pathlib import Path

    from grader.classroom.class_publishing import Published
    from grader.classroom.session import ClassSession


def catch_up(session: ClassSession) -> None:
    """Write what a grading that was killed has left behind; where that cannot be, the class can be looked at still."""
    try:
        session.catch_up()
    except InputError as error:
        click.echo(error.message, err=True)


def say_published(published: Published, out: Path) -> None:
    """Say what waits for a person, and where overview and grades are."""
    lines = list(published.notes)
    if published.missing:
        who = wording.count(published.missing, "hand-in")
        lines.insert(0, f"{who} not graded yet, and missing everywhere: run grader batch again to go on.")
    if published.postponed:
        lines.append("The class is being graded: the students' reports are written when that has ended.")
    waiting = sum(result.waits for report in published.reports for result in report.results)
    if waiting:
        things = "1 check waits" if waiting == 1 else f"{waiting} checks wait"
        lines.append(f"{things} for a person:  {command('grader', 'review', out)}")
    overview, *others = published.files
    lines += [f"Overview:  {overview}", f"Grades:    {', '.join(map(str, others))}"]
    page = TerminalPage()
    for line in lines:
        page.console.print(page.text(line), soft_wrap=True)  # paths are to be copied
