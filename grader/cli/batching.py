"""What ``grader batch`` does, once its options are read."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from grader.activities import activity_named
from grader.classroom.dispatcher import Batch, Workers, local_workers
from grader.classroom.journal import FILE, Journal
from grader.classroom.publishing import publish_class
from grader.classroom.roster import Roster
from grader.classroom.workers.worker import report_folder
from grader.cli.class_progress import class_progress
from grader.cli.published import say_published
from grader.course import course_settings
from grader.grading import Settings
from grader.model.contract import GRADER_ERROR, INTERRUPTED, PASSED
from grader.model.faults import InputError
from grader.platforms.exports import read_exports
from grader.platforms.gradebooks import FOR_PLATFORMS, GRADES, open_gradebook
from grader.rubric import Status
from grader.sandbox import choose_isolation

if TYPE_CHECKING:
    from pathlib import Path

    from grader.classroom.publishing import Published
    from grader.sandbox.isolation import Isolation

_OURS = ("index.html", GRADES, "reports", *FOR_PLATFORMS)


@dataclass(frozen=True, kw_only=True)
class Batching:
    """A class to grade; the parameters are the command's options."""

    paths: tuple[Path, ...]
    out: Path
    activity: str | None
    workers: int | None
    fresh: bool
    cluster: str | None
    gradebook: Path | None
    column: str | None
    config: str | None
    skip: frozenset[str]
    isolation: str
    screenshots: bool

    def run(self) -> int:
        """Grade, write everything, say where it is, and return the exit code."""
        settings = self._settings()
        roster, notes = self._roster()
        for note in notes:
            click.echo(note, err=True)
        self._refuse_bad_folder()
        with self._journal() as journal:
            if journal.put_aside is not None:
                click.echo(
                    f"What was graded and decided before cannot be read: {journal.put_aside} keeps it.", err=True
                )
            batch = Batch(
                roster.hand_ins,
                self.out,
                journal,
                lambda: self._workers(settings),
                self.activity,
                settings.course,
                partial(self._forget, journal) if self.fresh else None,
            )
            try:
                with class_progress(len(roster.hand_ins)) as progress:
                    batch.run(progress)
            except KeyboardInterrupt:
                self._say_stopped(journal, roster)
                return INTERRUPTED
            try:
                roster.keep(journal)
                published = publish_class(journal, self.out)
            except KeyboardInterrupt:
                self._say_stopped(journal, roster)
                return INTERRUPTED
        click.echo(summary(published))
        say_published(published, self.out)
        errors = any(result.status is Status.ERROR for report in published.reports for result in report.results)
        return GRADER_ERROR if errors else PASSED

    def _say_stopped(self, journal: Journal, roster: Roster) -> None:
        kept = len(journal.keys().keys() & {hand_in.name for hand_in in roster.hand_ins})
        everyone = len(roster.hand_ins)
        what = "goes on with the rest" if kept < everyone else "writes overview and grades"
        command = "the same command without --fresh" if self.fresh else "the same command"
        click.echo(f"\nStopped.  {kept} of {everyone} are graded and kept; {command} {what}.", err=True)

    def _settings(self) -> Settings:
        own = activity_named(self.activity) if self.activity else None
        return Settings(
            isolation=self._isolation(),
            skip=self.skip,
            screenshots=self.screenshots,
            pictures=True,
            keep_warm=True,
            course=course_settings(self.config, self.paths[0], own),
        )

    def _isolation(self) -> Isolation:
        """Return the isolation to use; on a cluster, where each machine looks for a sandbox of its own, unseen."""
        if self.cluster is None:
            return choose_isolation(self.isolation, fall_back=False)
        return "process" if self.isolation == "process" else "sandbox"

    def _roster(self) -> tuple[Roster, tuple[str, ...]]:
        """Find out who hands in; names that the export does not hold are in the gradebook."""
        if self.column is not None and self.gradebook is None:
            raise InputError("--column names a column of a gradebook.", hint="Give the gradebook with --gradebook.")
        export = read_exports(self.paths)
        if self.gradebook is None:
            return Roster(export.hand_ins), export.notes
        gradebook = open_gradebook(self.gradebook)
        if self.activity or self.column or not gradebook.columns():  # else it is known when all are graded
            gradebook.column_for(activity_named(self.activity).id if self.activity else "", self.column)
        hand_ins = gradebook.with_names(export.hand_ins)
        return Roster(tuple(hand_ins), str(self.gradebook.resolve()), self.column), export.notes

    def _refuse_bad_folder(self) -> None:
        """See to it that nothing of the user's is overwritten, and that the next run does not grade our reports."""
        out = self.out.resolve()
        for path in self.paths:
            if path.is_dir() and out.is_relative_to(path.resolve()):
                raise InputError(
                    f"--out {self.out} lies inside {path}, which is to be graded.",
                    hint=f"Name a folder beside it, for example --out {path.resolve().with_name('graded')}.",
                )
        if self.gradebook is not None and self.gradebook.resolve() in {out / name for name in _OURS}:
            raise InputError(
                f"{self.gradebook} would be overwritten: --out {self.out} gets a file of that name.",
                hint="Name another folder with --out.",
            )
        there = [name for name in _OURS if (out / name).exists()]
        if there and not (out / FILE).exists():
            raise InputError(
                f"{self.out} holds {there[0]}, but no journal of the grader's: it may be somebody else's.",
                hint="Name another folder with --out.",
            )

    def _journal(self) -> Journal:
        try:
            self.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"{self.out} cannot be made: {error.strerror or error}.", hint="Name another folder with --out."
            ) from error
        return Journal(self.out, fresh=self.fresh)

    def _forget(self, journal: Journal) -> None:
        """Take away what was graded before, and nothing else that may lie in the folder."""
        for name in journal.forget():
            shutil.rmtree(report_folder(self.out, name), ignore_errors=True)

    def _workers(self, settings: Settings) -> Workers:
        if self.cluster is not None:
            from grader.classroom.workers.cluster import cluster_workers

            return cluster_workers(self.cluster, settings, self.out)
        return local_workers(settings, self.out, self.workers or _cores())


def _cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def summary(published: Published) -> str:
    """Say in one line how the class did."""
    scores = [report.score for report in published.reports]
    right = sum(score.percent >= 100 for score in scores)  # noqa: PLR2004 - of what could be decided
    average = sum(score.percent for score in scores) / len(scores)
    people = "1 submission" if len(scores) == 1 else f"{len(scores)} submissions"
    return f"{people}: {right} with nothing wrong, {len(scores) - right} with mistakes; {average:.0f} % on average."
