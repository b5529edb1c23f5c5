"""How a class is going, while it is graded: a line that changes on a terminal, lines that stay elsewhere."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from grader.cli.terminal import make_console
from grader.report.plain import clip, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as Bar

    from grader.classroom.dispatcher import Progress
    from grader.classroom.records import Entry
    from grader.platforms.exports import HandIn

_LONGEST_NAME = 30


@contextmanager
def stopped_by_ctrl_c() -> Iterator[threading.Event]:
    """Have Ctrl-C set an event, so that what is done can be written; the second time it interrupts as usual."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # only this one hears of signals
        yield stop
        return

    def asked(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        stop.set()

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def class_progress(total: int) -> Iterator[Progress]:
    """Show how far it is, on standard error."""
    if sys.stderr.isatty():
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failures]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[now]}", markup=False),
        )
        with Progress(*columns, console=make_console(stderr=True), transient=True) as bar:
            yield _Bar(bar, total)
    else:
        yield _Lines(total)


class _Tally:
    """Counts what is done and what has failed."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.failures = 0

        self.at_work: dict[str, HandIn] = {}

    def begun(self, hand_in: HandIn) -> None:
        self.at_work[hand_in.name] = hand_in

    def postponed(self, hand_in: HandIn) -> None:
        self.at_work.pop(hand_in.name, None)

    def count(self, hand_in: HandIn, entry: Entry | None) -> None:
        self.at_work.pop(hand_in.name, None)
        self.done += 1
        if entry is not None and any(
            check["id"] == "loads" and check["status"] in {"failed", "error"} for check in entry.report["checks"]
        ):
            self.failures += 1


class _Lines(_Tally):
    """A line for each; for log files."""

    def ended(self, hand_in: HandIn, entry: Entry | None) -> None:
        self.count(hand_in, entry)
        width = len(str(self.total))
        click.echo(f"{self.done:{width}}/{self.total}  {_name(hand_in)}: {_outcome(entry)}", err=True)


class _Bar(_Tally):
    """One line that changes."""

    def __init__(self, bar: Bar, total: int) -> None:
        super().__init__(total)
        self._bar = bar
        self._task = bar.add_task("", total=total, failures="", now="starting")

    def begun(self, hand_in: HandIn) -> None:
        super().begun(hand_in)
        self._show()

    def ended(self, hand_in: HandIn, entry: Entry | None) -> None:
        self.count(hand_in, entry)
        self._show()

    def _show(self) -> None:
        now = ", ".join(map(_name, self.at_work.values()))
        failures = f"{self.failures} that do not run" if self.failures else ""
        self._bar.update(self._task, completed=self.done, failures=failures, now=now)


def _name(hand_in: HandIn) -> str:
    return clip(visible(hand_in.student or hand_in.name), _LONGEST_NAME)


def _outcome(entry: Entry | None) -> str:
    if entry is None:
        return "as before"
    score = entry.report["score"]
    pending = f", {score['pending']:g} to be decided" if score["pending"] else ""
    return f"{score['earned']:g} of {score['maximum']:g}{pending}"
