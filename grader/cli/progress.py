"""What is shown while something is made: a line that changes on a terminal; elsewhere lines that stay, or nothing."""

from __future__ import annotations

import signal
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from grader.cli.terminal import TerminalPage, make_console
from grader.report import wording
from grader.report.plain import clip, visible
from grader.rubric import Watcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.progress import Progress as Bar
    from typing_extensions import Self

    from grader.classroom.records import Entry
    from grader.model.report import Result
    from grader.platforms.exports import HandIn
    from grader.proving import Trial

_LONGEST_NAME = 30
_STEP = 10  # percent between two lines about a proof


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


class CheckProgress(Watcher):
    """Shows the check that is being made, on a terminal."""

    def __init__(self, console: Console | None = None) -> None:
        from rich.status import Status

        self._page = TerminalPage(console or make_console(stderr=True))
        kind = "dots" if self._page.unicode else "line"
        self._spinner = Status(self._page.text("Starting"), console=self._page.console, spinner=kind)
        self._marks: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._spinner.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._spinner.stop()

    def start(self, title: str) -> None:
        """Show what is being checked now."""
        tally = "".join(f"{mark} {count} " for mark, count in self._marks.items())
        self._spinner.update(self._page.text(f"{tally} " if tally else "").append_text(self._page.sentence(title)))

    def done(self, result: Result) -> None:
        """Count how a check ended."""
        self._marks[self._page.mark(wording.words(result))] += 1


@contextmanager
def progress_bar() -> Iterator[Bar | None]:
    """Begin a line that changes, on standard error; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[found]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[now]}", markup=False),
    )
    with Progress(*columns, console=make_console(stderr=True), transient=True) as bar:
        bar.add_task("", total=None, found="", now="")
        yield bar


class _Counted:
    """How many of how many are done, and how many of them are worth a look."""

    def __init__(self, bar: Bar | None, total: int) -> None:
        self._bar = bar
        self._total = total
        self._done = self._found = 0

    def _show(self, found: str, now: str) -> None:
        if self._bar is not None:
            said = f"{self._found} {found}" if self._found else ""
            self._bar.update(self._bar.task_ids[0], total=self._total, completed=self._done, found=said, now=now)


class ClassProgress(_Counted):
    """How a class is going, while it is graded."""

    def __init__(self, bar: Bar | None, total: int) -> None:
        super().__init__(bar, total)
        self._at_work: dict[str, str] = {}
        self._show("", "starting")

    def begun(self, hand_in: HandIn) -> None:
        """Name it among those that are being graded."""
        self._at_work[hand_in.name] = _name(hand_in)
        self._show_class()

    def postponed(self, hand_in: HandIn) -> None:
        """Name it no more."""
        self._at_work.pop(hand_in.name, None)

    def ended(self, hand_in: HandIn, entry: Entry | None) -> None:
        """Count it; a line for each where there is no terminal."""
        self.postponed(hand_in)
        self._done += 1
        checks = entry.report["checks"] if entry is not None else ()
        self._found += any(check["id"] == "loads" and check["status"] in {"failed", "error"} for check in checks)
        self._show_class()
        if self._bar is None:
            said = f"{self._done:{len(str(self._total))}}/{self._total}  {_name(hand_in)}: {_outcome(entry)}"
            click.echo(said, err=True)

    def _show_class(self) -> None:
        self._show("that do not run", ", ".join(self._at_work.values()))


class ProofProgress(_Counted):
    """How a proof is going."""

    def __init__(self, bar: Bar | None, total: int) -> None:
        super().__init__(bar, total)
        self._show("to look at", "")

    def done(self, trial: Trial) -> None:
        """Count one; a line now and then where there is no terminal."""
        before = 100 * self._done // self._total // _STEP
        self._done += 1
        self._found += trial.verdict.is_to_be_mended
        self._show("to look at", trial.variant.kind)
        if self._bar is None and 100 * self._done // self._total // _STEP > before:
            click.echo(f"{self._done}/{self._total}  {self._found} to look at", err=True)


def _name(hand_in: HandIn) -> str:
    return clip(visible(hand_in.student or hand_in.name), _LONGEST_NAME)


def _outcome(entry: Entry | None) -> str:
    if entry is None:
        return "as before"
    score = entry.report["score"]
    pending = f", {score['pending']:g} to be decided" if score["pending"] else ""
    return f"{score['earned']:g} of {score['maximum']:g}{pending}"
