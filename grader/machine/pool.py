"""Worker processes that may die without taking the class with them.

A worker begins with a job when it is through with the last one but for the answer, which it makes meanwhile.  Where it
dies or takes far too long, it is replaced, and what it was at is tried once more, each job on its own, when all others
are done.  So is a job that went wrong for another reason.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from grader.machine import logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from threading import Event

Job = TypeVar("Job")
Answer = TypeVar("Answer")

_LOOK_SECONDS = 0.5
MOST_WAITING = 4
"""So many may be at work in the place of those that wait, and no more: each has a browser of its own."""
_FAREWELL_SECONDS = 5.0


class Said(Enum):
    """What a worker says between its answers."""

    FREE = "free"
    """It can begin with another job; the answer to the last one follows."""
    WAITS = "waits"
    """What it is at keeps it waiting: meanwhile another one can be at work in its place."""


@dataclass(frozen=True)
class Lost(Generic[Job]):
    """A job that came to nothing both times; ``reason`` is a sentence."""

    job: Job
    reason: str


def twice(
    do: Callable[[Iterable[Job]], Iterator[tuple[Job, Answer] | Lost[Job]]], jobs: Iterable[Job], stop: Event
) -> Iterator[tuple[Job, Answer] | Lost[Job]]:
    """Yield what comes of jobs; those that are lost are done once more, each on its own, after all others."""
    again: list[Job] = []
    for done in do(jobs):
        if isinstance(done, Lost):
            again.append(done.job)
        else:
            yield done
    for job in again:
        if not stop.is_set():
            yield from do([job])


class _Worker(Generic[Job]):
    """One process and the jobs that it has not answered yet, with when each was given to it."""

    def __init__(self, serve: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks, but not the threads
        self.folder = tempfile.mkdtemp(prefix="grader-worker-")
        self.connection: Connection[Any, Any]
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, self.folder, *arguments), daemon=False)
        self.process.start()
        theirs.close()
        self.given: deque[tuple[Job, float]] = deque()
        self.free = True
        self.waits = False

    @property
    def is_at_work(self) -> bool:
        """Whether a processor is to be kept for it."""
        return not (self.free or self.waits)

    def give(self, job: Job) -> bool:
        """Have it do a job; false where it has died meanwhile."""
        self.given.append((job, time.monotonic()))
        self.free = False
        try:
            self.connection.send(job)
        except OSError:
            return False
        return True

    def ask_to_end(self) -> None:
        """Let it go on no longer than it takes to put away what it has started."""
        self.connection.close()
        if self.given:
            self.process.terminate()

    def end(self) -> None:
        """Wait until it has ended, and see to it."""
        self.process.join(_FAREWELL_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Pool(Generic[Job, Answer]):
    """A number of workers.

    Parameters
    ----------
    serve
        What each worker process runs: a module's function.  It is called with a connection, a folder for temporary
        files, and ``arguments``.  From the connection it receives jobs until it is closed; for each it says
        `Said.FREE` when it can take the next one, and then its answer, in the order of the jobs.  Before, it may say
        `Said.WAITS`: then another worker takes its place until it is free.
    count
        How many workers are at work at a time.
    accident
        Returns why an answer is none, as a sentence; None where it is one.
    patience
        Seconds after which a job is given up and its worker replaced.  A last net: what is done in a job has deadlines
        of its own, which a slow machine makes longer.
    """

    def __init__(
        self,
        serve: Callable[..., None],
        arguments: tuple[Any, ...],
        *,
        count: int,
        accident: Callable[[Answer], str | None],
        patience: float = 3600.0,
    ) -> None:
        self._serve = serve
        self._arguments = arguments
        self._count = count
        self._accident = accident
        self._patience = patience
        self._workers: list[_Worker[Job]] = []
        self._ending: list[_Worker[Job]] = []

    def run(
        self, jobs: Iterable[Job], begun: Callable[[Job], None], stop: Event
    ) -> Iterator[tuple[Job, Answer] | Lost[Job]]:
        """Yield each job with its answer as it is done, in whatever order; jobs are taken only as workers are free.

        `begun` is called with each job as a worker begins with it.  Once `stop` is set, nothing more comes; what is
        being done is left undone.
        """
        return twice(lambda some: self._round(some, begun, stop), jobs, stop)

    def _round(
        self, some: Iterable[Job], begun: Callable[[Job], None], stop: Event
    ) -> Iterator[tuple[Job, Answer] | Lost[Job]]:
        jobs = deque(some)
        while not stop.is_set() and (jobs or any(worker.given for worker in self._workers)):
            waiting = min(sum(worker.waits for worker in self._workers), MOST_WAITING)
            needed = len(jobs) + sum(not worker.free for worker in self._workers)
            while len(self._workers) < min(self._count + waiting, needed):
                self._workers.append(_Worker(self._serve, self._arguments))
            for worker in list(self._workers):
                if worker.free and jobs and sum(each.is_at_work for each in self._workers) < self._count:
                    begun(jobs[0])
                    if not worker.give(jobs.popleft()):
                        yield from self._lost(worker, "The worker process died before it began with this.")
            if not jobs:
                self._end_stand_ins()
            busy = {worker.connection: worker for worker in self._workers if worker.given}
            for connection in wait(list(busy), timeout=_LOOK_SECONDS):
                yield from self._hear(next(worker for worker in busy.values() if worker.connection is connection))
            yield from self._overdue()

    def _end_stand_ins(self) -> None:
        """Have idle ones go that are more than asked for: it takes a second each, in which others are waited for."""
        idle = [worker for worker in self._workers if not worker.given]
        for worker in idle[: max(len(self._workers) - self._count, 0)]:
            worker.ask_to_end()
            self._workers.remove(worker)
            self._ending.append(worker)

    def _hear(self, worker: _Worker[Job]) -> Iterator[tuple[Job, Answer] | Lost[Job]]:
        try:
            said = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._lost(worker, "The worker process died while it was grading this.")
            return
        if isinstance(said, Said):
            worker.free, worker.waits = said is Said.FREE, said is Said.WAITS
            return
        job, _ = worker.given.popleft()
        reason = self._accident(said)
        yield (job, said) if reason is None else Lost(job, reason)

    def _overdue(self) -> Iterator[Lost[Job]]:
        for worker in list(self._workers):
            if worker.given and time.monotonic() - worker.given[0][1] > self._patience:
                yield from self._lost(worker, f"It took longer than {self._patience:.0f} seconds.")

    def _lost(self, worker: _Worker[Job], reason: str) -> list[Lost[Job]]:
        self._workers.remove(worker)
        worker.ask_to_end()
        worker.end()
        return [Lost(job, reason) for job, _ in worker.given]

    def close(self) -> None:
        """End all workers; what they were doing is not finished."""
        for worker in self._workers:
            worker.ask_to_end()
        for worker in (*self._workers, *self._ending):
            worker.end()
        self._workers.clear()
        self._ending.clear()


@contextmanager
def as_worker(folder: str) -> Iterator[None]:
    """Be a worker process until the block ends: it goes when its parent goes, and leaves nothing in its folder."""
    logs.set_up()
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_the_parent, name="parent", daemon=True).start()
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # whoever made it may have been killed


def _leave(_signal: int, _frame: object) -> None:
    raise SystemExit  # so that browser and apps are ended


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
