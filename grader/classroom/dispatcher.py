"""Grading a class: hand-ins go out to workers, results come back into the journal."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from grader.classroom.errors import ClassError
from grader.classroom.scoring.scoring_again import kept_for_scoring
from grader.classroom.scoring.settled import settled_by, with_scoring
from grader.classroom.workers.grading_order import in_grading_order
from grader.classroom.workers.worker import Done, Task, publish, serve
from grader.machine.pool import Lost, Pool
from grader.model.faults import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from threading import Event

    from grader.classroom.journal import Journal
    from grader.classroom.records import Entry
    from grader.grading import Settings
    from grader.platforms.exports.handin import HandIn
    from grader.rubric import Activity, Report


class Progress(Protocol):
    """Who wants to know how the class goes; called in the thread that grades."""

    def begun(self, hand_in: HandIn) -> None:
        """Hear that one is being graded; again, where it is tried once more."""

    def postponed(self, hand_in: HandIn) -> None:
        """Hear that one has to wait for what the others turn out to answer."""

    def ended(self, hand_in: HandIn, entry: Entry | None) -> None:
        """Hear, once for each, that one is done; ``entry`` is what was recorded, None where nothing had changed."""


class Unwatched:
    """Nobody wants to know."""

    def begun(self, hand_in: HandIn) -> None:
        """Do not listen."""

    def postponed(self, hand_in: HandIn) -> None:
        """Do not listen."""

    def ended(self, hand_in: HandIn, entry: Entry | None) -> None:
        """Do not listen."""


class Workers(Protocol):
    """Who does the grading: processes of this machine, or a cluster."""

    def run(
        self, jobs: Iterable[Task], begun: Callable[[Task], None], stop: Event
    ) -> Iterator[tuple[Task, Done] | Lost[Task]]:
        """Yield each task with its answer as it is done; one that went wrong is tried once more on its own.

        ``begun`` is called with each as a worker begins with it.  Once ``stop`` is set, nothing more comes.
        """

    def close(self) -> None:
        """End what was started."""


def local_workers(settings: Settings, out: Path, count: int) -> Workers:
    """Return so many processes on this machine."""
    pool: Pool[Task, Done] = Pool(serve, (settings, out), count=count, accident=lambda done: done.accident)
    return pool


@dataclass
class Dispatcher:
    """Sends a class's hand-ins to workers and records what comes back.

    Parameters
    ----------
    out
        The output folder.
    workers
        Who does the grading; closed at the end.
    activity
        The activity's name; worked out for each hand-in if None.
    settings
        How it is graded; the workers know it, too.
    everyone
        The names of the whole class, where not all of it is graded now.
    """

    hand_ins: Sequence[HandIn]
    out: Path
    journal: Journal
    workers: Workers
    activity: str | None
    settings: Settings
    everyone: frozenset[str] = frozenset()
    _unopened: dict[str, Done] = field(default_factory=dict)
    _unrecognised: list[HandIn] = field(default_factory=list)
    _lost: dict[str, str] = field(default_factory=dict)

    def run(self, progress: Progress, stop: Event) -> None:
        """Grade what has not been graded yet, or has changed since; each result is recorded as it comes.

        Parameters
        ----------
        stop
            Once it is set, this returns soon; what is being graded then is graded again the next time.

        Raises `InputError`: something cannot be written, or nothing at all could be graded.
        """
        try:
            self._grade(self.hand_ins, self.activity, progress, stop)
            if self._unrecognised and not stop.is_set():
                again, self._unrecognised = self._unrecognised, []
                self._grade(again, self._usual_activity().id, progress, stop)
        finally:
            self.workers.close()
        if not stop.is_set():
            self._report_the_rest(progress)

    def _grade(self, hand_ins: Sequence[HandIn], activity: str | None, progress: Progress, stop: Event) -> None:
        known = self.journal.keys()
        tasks = [Task(hand_in, activity, known.get(hand_in.name)) for hand_in in in_grading_order(hand_ins)]
        for ended in self.workers.run(tasks, lambda task: progress.begun(task.hand_in), stop):
            self._take(ended, progress)

    def _take(self, ended: tuple[Task, Done] | Lost[Task], progress: Progress) -> None:
        if isinstance(ended, Lost):
            self._lost[ended.job.hand_in.name] = ended.reason
            progress.postponed(ended.job.hand_in)
            return
        hand_in, done = ended[0].hand_in, ended[1]
        if done.unopened is not None:
            self._unopened[hand_in.name] = done
            progress.postponed(hand_in)
        elif done.unrecognised:
            self._unrecognised.append(hand_in)
            progress.postponed(hand_in)
        else:
            if done.entry is not None:
                self.journal.record(done.entry)
            progress.ended(hand_in, done.entry)

    def _report_the_rest(self, progress: Progress) -> None:
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
                report = self._without_running(hand_in, activity)
                entry = publish(report, digest, {}, key, self.out)
                if unopened is not None:
                    named = activity if self.activity else None
                    entry.extra["settled"] = settled_by(hand_in, unopened.mark, named, activity, self.settings)
                entry.extra["scoring"] = kept_for_scoring(report, activity, self.settings.course, hand_in.submitted)
                self.journal.record(entry)
            progress.ended(hand_in, entry)

    def _key_of_unopened(self, hand_in: HandIn, why: Done, activity: Activity) -> str:
        """Return what tells whether the report of a hand-in that cannot be opened is still right."""
        course = self.settings.course
        asked = (activity.id, activity.version, course.running(activity.id))
        facts = " ".join(map(str, (*asked, why.digest, hand_in.submitted, *hand_in.left_out, why.unopened)))
        return with_scoring(hashlib.sha256(facts.encode()).hexdigest(), course.scoring(activity.id))

    def _without_running(self, hand_in: HandIn, activity: Activity) -> Report:
        from grader.grading import report_of_refused

        return report_of_refused(
            hand_in,
            activity,
            self.settings.course,
            fault=self._unopened[hand_in.name].unopened if hand_in.name in self._unopened else None,
            ours=self._lost.get(hand_in.name),
            skip=self.settings.skip,
            notes=(*hand_in.notes, *hand_in.left_out),
        )

    def _usual_activity(self) -> Activity:
        """Return the activity that was asked for, or that most of the class hands in.

        Raises `ClassError`: nothing at all could be graded.
        """
        from grader.activities import activity_named

        if self.activity:
            return activity_named(self.activity)
        names = self.everyone or {hand_in.name for hand_in in self.hand_ins}
        answered = Counter(entry.report["activity"] for entry in self.journal.entries() if entry.name in names)
        if answered:
            return activity_named(min(answered, key=lambda activity: (-answered[activity], activity)))
        reasons = (*(done.unopened for done in self._unopened.values()), *self._lost.values())
        first = f" {reasons[0]}" if reasons else ""
        said = f"None of the {len(names)} hand-ins says which activity it answers.{first}"
        raise ClassError(Code.NOBODY_RECOGNISED, said, hand_ins=len(names))
