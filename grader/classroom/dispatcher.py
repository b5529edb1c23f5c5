"""Grading a class: hand-ins go out to workers, results come back into the journal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from grader.classroom.workers.pool import Lost, Pool
from grader.classroom.workers.worker import Done, Task, publish, serve
from grader.course import CourseSettings
from grader.model.faults import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from grader.classroom.journal import Entry, Journal
    from grader.grading import Settings
    from grader.platforms.exports.handin import HandIn
    from grader.rubric import Activity, Report

_MOST_NAMED = 3


@dataclass(frozen=True)
class Finished:
    """A hand-in that is done.

    Parameters
    ----------
    entry
        What was recorded; None where nothing had changed.
    at_work
        The hand-ins that are being graded now.

    """

    hand_in: HandIn
    entry: Entry | None
    at_work: Sequence[HandIn] = ()


class Onlooker(Protocol):
    """Who wants to know how the class goes."""

    def graded(self, finished: Finished) -> None:
        """Hear that one is done."""


class Workers(Protocol):
    """Who does the grading: processes of this machine, or a cluster."""

    def run(self, jobs: Iterable[Task]) -> Iterator[tuple[Task, Done] | Lost[Task]]:
        """Yield each task with its answer as it is done; one that went wrong is tried once more on its own."""

    def at_work(self) -> Sequence[Task]:
        """Return the tasks that are being done now."""

    def close(self) -> None:
        """End what was started."""


def local_workers(settings: Settings, out: Path, count: int) -> Workers:
    """Return so many processes on this machine."""
    pool: Pool[Task, Done] = Pool(serve, (settings, out), count=count, accident=lambda done: done.accident)
    return pool


@dataclass
class Batch:
    """A class to grade.

    Parameters
    ----------
    out
        The output folder.
    workers
        Makes who does the grading; called once the output folder is known to be this class's.
    activity
        The activity's name; worked out for each hand-in if None.
    course
        What the course has set; the workers know it from their settings.
    start_over
        Forgets what was graded before; called once there is somebody to grade it again.

    """

    hand_ins: Sequence[HandIn]
    out: Path
    journal: Journal
    workers: Callable[[], Workers]
    activity: str | None = None
    course: CourseSettings = field(default_factory=CourseSettings)
    start_over: Callable[[], None] | None = None
    _unopened: dict[str, Done] = field(default_factory=dict)
    _unrecognised: list[HandIn] = field(default_factory=list)
    _lost: dict[str, str] = field(default_factory=dict)

    def run(self, onlooker: Onlooker) -> None:
        """Grade what has not been graded yet, or has changed since; each result is recorded as it comes.

        Raises
        ------
        InputError
            The output folder belongs to another class or cannot be written, or nothing at all could be graded.

        """
        if self.start_over is None:
            self._refuse_another_class()
        workers = self.workers()
        try:
            if self.start_over is not None:
                self.start_over()
            self._grade(workers, self.hand_ins, self.activity, onlooker)
            if self._unrecognised:
                again, self._unrecognised = self._unrecognised, []
                self._grade(workers, again, self._usual_activity().id, onlooker)
        finally:
            workers.close()
        self._report_the_rest(onlooker)

    def _grade(self, workers: Workers, hand_ins: Sequence[HandIn], activity: str | None, onlooker: Onlooker) -> None:
        known = self.journal.keys()
        tasks = [Task(hand_in, activity, known.get(hand_in.name)) for hand_in in hand_ins]
        for ended in workers.run(tasks):
            self._take(ended, onlooker, [task.hand_in for task in workers.at_work()])

    def _take(self, ended: tuple[Task, Done] | Lost[Task], onlooker: Onlooker, at_work: Sequence[HandIn]) -> None:
        if isinstance(ended, Lost):
            self._lost[ended.job.hand_in.name] = ended.reason
            return
        hand_in, done = ended[0].hand_in, ended[1]
        if done.unopened is not None:
            self._unopened[hand_in.name] = done
        elif done.unrecognised:
            self._unrecognised.append(hand_in)
        else:
            if done.entry is not None:
                self.journal.record(done.entry)
            onlooker.graded(Finished(hand_in, done.entry, at_work))

    def _report_the_rest(self, onlooker: Onlooker) -> None:
        """Make reports for what could not be opened or graded, once it is known what the class was asked."""
        rest = [one for one in self.hand_ins if one.name in self._unopened or one.name in self._lost]
        if not rest:
            return
        activity, known = self._usual_activity(), self.journal.keys()
        for hand_in in rest:
            unopened = self._unopened.get(hand_in.name)
            key = self._key_of_unopened(hand_in, unopened, activity) if unopened else ""
            entry = None
            if not key or known.get(hand_in.name) != key:
                digest = unopened.digest if unopened else ""
                entry = publish(self._without_running(hand_in, activity), digest, {}, key, self.out)
                self.journal.record(entry)
            onlooker.graded(Finished(hand_in, entry))

    def _key_of_unopened(self, hand_in: HandIn, why: Done, activity: Activity) -> str:
        """Return what tells whether the report of a hand-in that cannot be opened is still right."""
        asked = (activity.id, activity.version, self.course.digest(activity.id))
        return " ".join(map(str, (*asked, why.digest, hand_in.submitted, *hand_in.left_out, why.unopened)))

    def _without_running(self, hand_in: HandIn, activity: Activity) -> Report:
        from grader.grading import report_of_refused

        return report_of_refused(
            hand_in,
            activity,
            self.course,
            fault=self._unopened[hand_in.name].unopened if hand_in.name in self._unopened else None,
            ours=self._lost.get(hand_in.name),
            notes=(*hand_in.notes, *hand_in.left_out),
        )

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
        answered = Counter(entry.report["activity"] for entry in self.journal.entries() if entry.name in names)
        if answered:
            return activity_named(min(answered, key=lambda activity: (-answered[activity], activity)))
        reasons = (*(done.unopened for done in self._unopened.values()), *self._lost.values())
        first = f" {reasons[0]}" if reasons else ""
        raise InputError(
            f"None of the {len(names)} hand-ins says which activity it answers.{first}",
            hint="Name it with --activity, for example --activity 11.2.",
        )

    def _refuse_another_class(self) -> None:
        recorded = set(self.journal.keys())
        names = {hand_in.name for hand_in in self.hand_ins}
        if recorded and not recorded & names:
            raise InputError(
                f"{self.out} holds the grading of another class ({_some(recorded)}).",
                hint="Name another folder with --out, or start over with --fresh.",
            )


def _some(names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - _MOST_NAMED} more" if len(ordered) > _MOST_NAMED else ""
    return ", ".join(ordered[:_MOST_NAMED]) + more
