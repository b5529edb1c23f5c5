"""How ``grader check`` says what it has found: to people, as JSON, or to editors."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.model.faults import InputError
    from grader.model.report import Report
    from grader.report.problems_report import Locate


class Output:
    """What every format can say; where it says no more, in sentences on standard error."""

    talks_on_stderr = False
    """Whether standard output is a program's to read, so that people are talked to on standard error."""

    def begin(self, why: str) -> None:
        """Say that a round of grading begins, and why; no reason for the first."""
        if why:
            click.echo(why, err=True)

    def show(self, report: Report, before: Report | None, locate: Locate) -> None:
        """Show a report, and where there was one before, what is new in it."""
        raise NotImplementedError

    def refuse(self, error: InputError) -> None:
        """Say why a round has no report."""
        from grader.report.plain import visible

        for line in filter(None, (error.message, error.hint)):
            click.echo(visible(line), err=True)


class ForPeople(Output):
    """The report, laid out on the terminal."""

    def begin(self, why: str) -> None:
        """Draw a line between two rounds."""
        if why:
            from grader.cli.terminal import TerminalPage

            page = TerminalPage()
            line = ("─" if page.unicode else "-") * min(72, page.console.width)
            page.console.print(page.text(f"\n{line}\n{time.strftime('%H:%M:%S')}  {why}"), soft_wrap=True)

    def show(self, report: Report, before: Report | None, locate: Locate) -> None:  # noqa: ARG002
        """Show all of the first report; then what has changed."""
        from grader.cli.terminal import TerminalPage

        page = TerminalPage()
        if before is None:
            page.show(report)
        else:
            page.show_changes(report, before)


class AsJson(Output):
    """The report alone on standard output, each time in full."""

    talks_on_stderr = True

    def show(self, report: Report, before: Report | None, locate: Locate) -> None:  # noqa: ARG002
        """Print it."""
        from grader.report.json_report import dumps

        click.echo(dumps(report))


class ForEditors(Output):
    """A line for each mistake, as compilers write them; the first and the last line tell an editor of the round."""

    def begin(self, why: str) -> None:
        """Say that what was found before no longer counts."""
        from grader.report.problems_report import begin

        click.echo(begin(why))

    def show(self, report: Report, before: Report | None, locate: Locate) -> None:  # noqa: ARG002
        """Print all mistakes: an editor forgets those of the round before."""
        from grader.report.problems_report import end, problems

        for line in problems(report, locate):
            click.echo(line)
        click.echo(end(report))

    def refuse(self, error: InputError) -> None:
        """Print the reason as a mistake without a place."""
        from grader.report.problems_report import NOT_DONE, refusal

        click.echo(refusal(error))
        click.echo(NOT_DONE)


OUTPUTS: dict[str, type[Output]] = {"text": ForPeople, "json": AsJson, "gcc": ForEditors}
