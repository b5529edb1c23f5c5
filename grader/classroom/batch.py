"""Grading a class: hand-ins go out to workers, results come back into the journal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from grader.classroom.pool import Lost, Pool
from grader.classroom.worker import Done, Task, Where, publish, serve
from grader.faults import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grader.classroom.exports.handin import HandIn
    from grader.classroom.journal import Entry, Journal
    from grader.grading import Settings
    from grader.rubric import Activity

_UNOPENED = "unopened"


class Onlooker(Protocol):
    """Who wants to know how the class goes."""

    def graded(self, hand_in: HandIn, entry: Entry | None, at_work: Sequence[HandIn]) -> None:
        """Hear that one is done; there is no entry where nothing had changed."""


@dataclass
class Batch:
    """A class to grade.

    Parameters
    ----------
    folder
        The output folder.
    activity
        The activity's name; worked out for each hand-in if None.
    workers
        How many processes grade at a time.

    """

    hand_ins: Sequence[HandIn]
    folder: Path
    journal: Journal
    settings: Settings
    activity: str | None = None
    workers: int = 1
    _unopened: list[tuple[HandIn, str]] = field(default_factory=list)
    _lost: list[Lost[Task]] = field(default_factory=list)

    def run(self, onlooker: Onlooker) -> None:
        """Grade what has not been graded yet, or has changed since; each result is recorded as it comes.

        Raises
        ------
        InputError
            The output folder belongs to another class, or cannot be written.

        """
        self._refuse_another_class()
        known = self.journal.keys()
        tasks = [Task(hand_in, self.activity, known.get(hand_in.name)) for hand_in in self.hand_ins]
        where = Where(str(self.folder))
        pool: Pool[Task, Done] = Pool(serve, (self.settings, where), count=self.workers)
        try:
            for ended in pool.run(tasks):
                self._take(ended, onlooker, [task.hand_in for task in pool.at_work()])
        finally:
            pool.close()
        self._report_the_rest(where, onlooker)

    def _take(self, ended: tuple[Task, Done] | Lost[Task], onlooker: Onlooker, at_work: list[HandIn]) -> None:
        if isinstance(ended, Lost):
            self._lost.append(ended)
            return
        task, done = ended
        if done.unopened is not None:
            self._unopened.append((task.hand_in, done.unopened))
            return
        if done.entry is not None:
            self.journal.record(done.entry)
        onlooker.graded(task.hand_in, done.entry, at_work)

    def _report_the_rest(self, where: Where, onlooker: Onlooker) -> None:
        """Make reports for what could not be opened or graded, once it is known what the class was asked."""
        from grader.grading import report_without_running

        if not self._unopened and not self._lost:
            return
        activity = self._usual_activity()
        for hand_in, reason in self._unopened:
            report = report_without_running(hand_in.name, hand_in.student, hand_in.source, activity, fault=reason)
            self._record(publish(report, _UNOPENED, reason, where), hand_in, onlooker)
        for lost in self._lost:
            hand_in = lost.job.hand_in
            report = report_without_running(hand_in.name, hand_in.student, hand_in.source, activity, ours=lost.reason)
            self._record(publish(report, "", "", where), hand_in, onlooker)

    def _record(self, entry: Entry, hand_in: HandIn, onlooker: Onlooker) -> None:
        self.journal.record(entry)
        onlooker.graded(hand_in, entry, [])

    def _usual_activity(self) -> Activity:
        """Return the activity that was asked for, or that most of the class hands in.

        Raises
        ------
        InputError
            Nothing at all could be graded.

        """
        from grader.activities import activity_named

        if self.activity:
            return activity_named(self.activity)
        names = {hand_in.name for hand_in in self.hand_ins}
        answered = Counter(entry.report["activity"] for entry in self.journal.entries(names))
        if not answered:
            reasons = self._unopened[0][1] if self._unopened else self._lost[0].reason
            raise InputError(f"Nothing could be graded. The first reason: {reasons}")
        return activity_named(answered.most_common(1)[0][0])

    def _refuse_another_class(self) -> None:
        recorded = set(self.journal.keys())
        names = {hand_in.name for hand_in in self.hand_ins}
        if recorded and not recorded & names:
            raise InputError(
                f"{self.folder} holds the grading of another class ({_some(recorded)}).",
                hint="Name another folder with --out, or start over with --fresh.",
            )


def _some(names: Iterable[str]) -> str:
    ordered = sorted(names)
    return ", ".join(ordered[:3]) + (f" and {len(ordered) - 3} more" if len(ordered) > 3 else "")  # noqa: PLR2004
