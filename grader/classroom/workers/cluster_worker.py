"""What a worker of a Dask cluster does for a class: it grades what it is sent and keeps everything warm."""

from __future__ import annotations

import asyncio
import functools
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from distributed import Reschedule, WorkerPlugin, get_worker, secede

from grader import __version__
from grader.classroom.workers.worker import Done, Impatient, or_accident
from grader.machine.pool import MOST_WAITING
from grader.model.faults import InputError, MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from distributed import Worker

    from grader.grading import Grader, Settings
    from grader.rubric import Activity, Report
    from grader.submission import Submission

_IDLE_SECONDS = 120.0
_UNFIT_SECONDS = 1.0


@dataclass(frozen=True)
class Job:
    """A hand-in on its way to a worker; nothing in it depends on the disk of the machine that sends it.

    Parameters
    ----------
    activity
        The id, or the file's name where ``source`` is given.
    version
        The activity's, as the course asks it.
    source
        The file that makes the activity, where it was named by a file.
    """

    submission: Submission
    activity: str
    version: str
    source: bytes | None
    notes: tuple[str, ...]
    submitted: datetime | None


@dataclass(frozen=True)
class Unfit:
    """Why a worker cannot grade: words that go on after "the worker …", and what to do on its machine."""

    reason: str
    remedy: str | None


class Graders(WorkerPlugin):
    """The warm graders of one worker: one for each hand-in that is being graded or waited for.

    They are made when they are needed, and closed when they have not been for a while: where the client is killed,
    nobody else would.

    Parameters
    ----------
    settings
        How to grade.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._version = __version__  # of whoever sends it

    async def setup(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's parameter
        """Look at the machine; called on each worker, also on those that join later."""
        self._lock = threading.Lock()
        self._warm: list[tuple[float, Grader]] = []
        self._waiting = 0
        self._ended = False
        self.unfit = await asyncio.to_thread(self._look)
        self._sweeping = asyncio.create_task(self._sweep())

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's parameter
        """Close them; one that is at work is closed when it has ended with it."""
        self._ended = True
        self._sweeping.cancel()
        await asyncio.to_thread(self._close_idle, 0.0)

    @contextmanager
    def one(self) -> Iterator[Grader]:
        """Lend a grader."""
        from grader.grading import Grader

        with self._lock:
            grader = self._warm.pop()[1] if self._warm else None
        grader = grader or Grader(self._settings)
        try:
            yield grader
        finally:
            with self._lock:
                self._warm.append((time.monotonic(), grader))
            if self._ended:
                self._close_idle(0.0)

    @contextmanager
    def may_give_place(self) -> Iterator[Callable[[], None]]:
        """Lend what is called by a task that waits, so that its thread counts as free."""
        given: list[None] = []

        def give() -> None:
            with self._lock:
                if self._waiting == MOST_WAITING:
                    return
                self._waiting += 1
                given.append(None)
            secede()

        try:
            yield give
        finally:
            with self._lock:
                self._waiting -= len(given)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_IDLE_SECONDS / 4)
            await asyncio.to_thread(self._close_idle, _IDLE_SECONDS)

    def _close_idle(self, seconds: float) -> None:
        """Close those that nobody has asked for so long."""
        with self._lock:
            latest = time.monotonic() - seconds
            idle = [grader for since, grader in self._warm if since <= latest]
            self._warm = [(since, grader) for since, grader in self._warm if since > latest]
        for grader in idle:
            grader.close()

    def _look(self) -> Unfit | None:
        from grader.browser import find
        from grader.machine.bubblewrap import sandbox_wall

        if self._version != __version__:
            return Unfit(f"has version {__version__} of the grader, not {self._version}.", None)
        if self._settings.isolation == "sandbox" and not (wall := sandbox_wall()).works:
            return Unfit(f"has no sandbox: {wall.problem}", wall.remedy)
        if "browser" not in self._settings.skip:
            try:
                find()
            except MachineFault as fault:
                return Unfit(f"has no browser: {fault.message}", fault.hint)
        return None


def unfit(session: str, dask_worker: Worker) -> Unfit | None:
    """Return why a worker cannot grade; Dask fills in the second parameter.

    Parameters
    ----------
    session
        The name that `Graders` are registered with.
    """
    return cast("Graders", dask_worker.plugins[session]).unfit


def grade(session: str, job: Job) -> Report | Done:
    """Grade one hand-in on the worker that this runs on; whatever goes wrong is said.

    Parameters
    ----------
    session
        The name that `Graders` are registered with.
    """
    graders = cast("Graders", get_worker().plugins[session])
    if graders.unfit is not None:  # it has joined since; others can do it
        time.sleep(_UNFIT_SECONDS)
        raise Reschedule
    return or_accident(lambda: _grade(graders, job))


def _grade(graders: Graders, job: Job) -> Report:
    from grader.grading import settle

    activity = _activity(job)
    with graders.one() as grader, graders.may_give_place() as give_place:
        course = grader.settings.course
        gradable = settle(job.submission, activity, course, submitted=job.submitted)
        if gradable.activity.version != job.version:
            raise InputError(f"The worker {get_worker().address} has another version of {activity.id}.")
        attempt = grader.begin(replace(gradable, notes=job.notes))  # what was settled where it was opened is said once
        return grader.finish(attempt, watcher=Impatient(attempt, give_place))


def _activity(job: Job) -> Activity:
    from grader.activities import activity_named

    return activity_named(job.activity) if job.source is None else _activity_of(job.activity, job.source)


@functools.lru_cache(maxsize=8)
def _activity_of(name: str, source: bytes) -> Activity:
    """Return the activity that a file makes which is not on this machine."""
    from grader.activities.from_file import activity_in

    with tempfile.TemporaryDirectory(prefix="grader-activity-") as folder:
        path = Path(folder, name)
        path.write_bytes(source)
        return activity_in(path)
