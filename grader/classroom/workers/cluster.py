"""Grading on more than one machine: a Dask cluster's workers do what processes of this machine do otherwise.

Hand-ins are opened here and travel as bytes, so that no disk has to be shared; reports travel back, and here alone they
are written and recorded.  The scheduler gives what a lost worker was at to another one.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from grader import __version__
from grader.classroom.workers.worker import Done, or_accident, prepare
from grader.machine.installation import PACKAGE, how_to_add
from grader.machine.pool import MOST_WAITING, Lost, twice
from grader.model.faults import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from threading import Event

    from distributed import Client, Future

    from grader.classroom.workers.cluster_worker import Job
    from grader.classroom.workers.worker import Prepared, Task
    from grader.grading import Settings
    from grader.rubric import Report

_CONNECT_SECONDS = 7.0
_ANSWER_SECONDS = 30.0
_FAREWELL_SECONDS = 10.0
_LOOK_SECONDS = 1.0
_ALONE_SECONDS = 60.0
_IN_FLIGHT = 2  # for each thread of a worker, so that none waits for the next one to travel
_GOES_ON = "What is graded is kept: the same command goes on with the rest."


def cluster_workers(address: str, settings: Settings, out: Path) -> Cluster:
    """Return the workers of a Dask cluster, each found fit to grade.

    Parameters
    ----------
    address
        The scheduler's, for example ``tcp://10.0.0.5:8786``.
    out
        The output folder.

    Raises
    ------
    InputError
        Dask is not installed, there is no scheduler at this address, or a worker lacks something; says which and what.
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise InputError(
            f"--cluster needs Dask, which is not installed here ({error}).", hint=how_to_add("cluster")
        ) from error
    client = _connect(address)
    cluster = Cluster(client, address, settings, out)
    try:
        cluster.make_ready()
    except BaseException:
        cluster.close()
        raise
    return cluster


def _connect(address: str) -> Client:
    """Connect to a scheduler, once it is clear that it is one: Dask's client waits for ever for what is none."""
    import dask
    from distributed import Client, rpc
    from distributed.versions import VersionMismatchWarning

    async def ask() -> dict[str, Any]:
        async with rpc(address, timeout=_CONNECT_SECONDS) as server:
            identity: dict[str, Any] = await server.identity()
            return identity

    for name in ("distributed", "distributed.client"):  # the sentences here say it
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore", VersionMismatchWarning)  # mostly about numpy; the grader's version is compared
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})  # each hand-in is used once
    example = "Give the scheduler's address as it prints it, for example --cluster tcp://10.0.0.5:8786."
    try:
        found = asyncio.run(asyncio.wait_for(ask(), _CONNECT_SECONDS + 1)).get("type")
        if found == "Scheduler":
            return Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (ValueError, TypeError) as error:  # TypeError: tls:// without certificates
        raise InputError(f"--cluster {address} is no address of a cluster: {error}.", hint=example) from error
    except (asyncio.TimeoutError, TimeoutError) as error:
        raise InputError(f"What answers at {address} is no Dask scheduler.", hint=example) from error
    except OSError as error:
        raise InputError(
            f"The cluster at {address} cannot be reached: {_first_cause(error)}.",
            hint="See that dask scheduler runs there, and that no firewall is between.",
        ) from error
    raise InputError(f"What answers at {address} is a Dask {str(found).lower()}, not the scheduler.", hint=example)


def _first_cause(error: BaseException) -> str:
    """Return what the system said, below what Dask made of it."""
    said = ""
    cause: BaseException | None = error
    while cause is not None:
        said = (cause.strerror if isinstance(cause, OSError) else None) or str(cause) or said
        cause = cause.__cause__
    return said.rstrip(".")


@dataclass(frozen=True)
class _Sent:
    """A hand-in that is with the cluster."""

    task: Task
    ready: Prepared
    future: Future[Any]
    since: float


class Cluster:
    """The workers of a Dask cluster.

    Parameters
    ----------
    client
        Closed with this.
    patience
        Seconds after which a hand-in is given up.
    """

    def __init__(
        self, client: Client, address: str, settings: Settings, out: Path, *, patience: float = 3600.0
    ) -> None:
        self._client = client
        self._address = address
        self._settings = settings
        self._out = out
        self._patience = patience
        self._session = f"grader-{uuid.uuid4().hex[:12]}"
        self._sent: dict[str, _Sent] = {}
        self._begun: set[str] = set()
        self._ended: SimpleQueue[str] = SimpleQueue()
        self._threads = 0
        self._looked = self._seen = time.monotonic()

    def make_ready(self) -> None:
        """Have every worker look at itself.

        Raises
        ------
        InputError
            There are no workers, or one of them cannot grade.
        """
        from grader.classroom.workers.cluster_worker import Graders, unfit

        self._compare_versions()
        try:
            self._ask(self._client.register_plugin, Graders(self._settings), self._session)
        except ImportError as error:
            raise InputError(
                f"A worker of the cluster has the grader only in part: {error}.",
                hint="Install it again on every machine of the cluster.",
            ) from error
        for address, problem in self._ask(self._client.run, unfit, self._session).items():
            if problem is not None:
                remedy = problem.remedy and f"On that machine: {problem.remedy}"
                raise InputError(f"The worker {address} {problem.reason}", hint=remedy)

    def _compare_versions(self) -> None:
        found = self._ask(self._client.get_versions, packages=[PACKAGE])
        if not found["workers"]:
            raise InputError(
                f"The cluster at {self._address} has no workers.",
                hint=f"On each machine: dask worker {self._address} --nthreads 1 --nworkers -1",
            )
        places = {f"The worker {address}": told for address, told in found["workers"].items()}
        for place, told in {**places, "The scheduler": found["scheduler"]}.items():
            version = told["packages"].get(PACKAGE)
            if version != __version__:
                has = "does not have the grader" if version is None else f"has version {version} of the grader"
                raise InputError(
                    f"{place} {has}; this machine has {__version__}.",
                    hint=f"On that machine: pip install '{PACKAGE}[cluster]=={__version__}'",
                )

    def run(
        self, jobs: Iterable[Task], begun: Callable[[Task], None], stop: Event
    ) -> Iterator[tuple[Task, Done] | Lost[Task]]:
        """Yield each task with its answer as it is done; one that went wrong is tried once more on its own.

        Hand-ins are opened only as there is room for them.

        Parameters
        ----------
        begun
            Called with each task as a worker begins with it.
        stop
            Once this is set, nothing more comes; what is being done is left undone.

        Raises
        ------
        InputError
            The scheduler is gone, or all workers are.
        """
        return twice(lambda some: self._round(some, begun, stop), jobs, stop)

    def _round(
        self, jobs: Iterable[Task], begun: Callable[[Task], None], stop: Event
    ) -> Iterator[tuple[Task, Done] | Lost[Task]]:
        waiting = iter(jobs)
        exhausted = False
        while not stop.is_set() and (not exhausted or self._sent):
            self._look()
            while not exhausted and len(self._sent) < (
                _IN_FLIGHT * self._threads + MOST_WAITING if self._threads else 0
            ):
                task = next(waiting, None)
                if task is None:
                    exhausted = True
                elif (done := self._send(task)) is not None:
                    yield _answer(task, done)
            for key in list(self._sent)[: self._threads]:  # workers take them in the order in which they were sent
                self._say_begun(key, begun)
            with suppress(Empty):
                key = self._ended.get(timeout=_LOOK_SECONDS if self._sent else 0.0)
                self._say_begun(key, begun)  # it was done out of turn
                sent = self._sent.pop(key, None)
                if sent is not None:
                    yield self._receive(sent)
            yield from self._overdue()

    def _say_begun(self, key: str, begun: Callable[[Task], None]) -> None:
        """Say, once, that a worker has begun with what was sent."""
        if key in self._sent and key not in self._begun:
            self._begun.add(key)
            begun(self._sent[key].task)

    def _send(self, task: Task) -> Done | None:
        """Open a hand-in and send it; return how it ended if there is nothing to send."""
        from grader.classroom.workers.cluster_worker import grade

        ready = or_accident(lambda: prepare(task, self._settings, self._out))
        if isinstance(ready, Done):
            return ready
        job = or_accident(lambda: _job(task, ready))
        if isinstance(job, Done):
            return job
        key = f"{self._session}-{uuid.uuid4().hex}"
        future = self._client.submit(grade, self._session, job, key=key, pure=False)
        self._sent[key] = _Sent(task, ready, future, time.monotonic())
        future.add_done_callback(lambda _: self._ended.put(key))
        return None

    def _receive(self, sent: _Sent) -> tuple[Task, Done] | Lost[Task]:
        from distributed import CancelledError, KilledWorker

        try:
            report: Report | Done = sent.future.result(timeout=self._patience)
        except CancelledError as error:
            raise self._gone() from error
        except KilledWorker:
            return Lost(sent.task, "The worker process died while it was grading this.")
        except Exception as error:  # noqa: BLE001 - whatever Dask says about one hand-in must not stop the class
            return Lost(sent.task, f"The cluster gave it up: {type(error).__name__}: {error}")
        if isinstance(report, Done):
            return _answer(sent.task, report)
        return _answer(sent.task, or_accident(lambda: sent.ready.publish(report, self._out)))

    def _overdue(self) -> Iterator[Lost[Task]]:
        for key, sent in list(self._sent.items()):
            if time.monotonic() - sent.since > self._patience:
                del self._sent[key]
                self._ask(self._client.cancel, [sent.future])
                yield Lost(sent.task, f"It took longer than {self._patience:.0f} seconds.")

    def _look(self) -> None:
        """Find out now and then how many hand-ins the cluster can grade at a time."""
        now = time.monotonic()
        if self._threads and now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        self._threads = sum(self._ask(self._client.nthreads).values())
        if self._threads:
            self._seen = now
        elif now - self._seen > _ALONE_SECONDS:
            raise InputError(f"The cluster at {self._address} has lost all its workers.", hint=_GOES_ON)
        else:
            time.sleep(_LOOK_SECONDS)

    def _ask(self, what: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Ask the cluster something; it has so long to answer."""
        if self._client.status != "running":
            raise self._gone()
        try:
            return self._client.sync(what, *arguments, callback_timeout=_ANSWER_SECONDS, **named)
        except (asyncio.TimeoutError, OSError) as error:  # Dask's errors of communication are OSErrors
            raise self._gone() from error

    def _gone(self) -> InputError:
        return InputError(f"The cluster at {self._address} does not answer any more.", hint=_GOES_ON)

    def close(self) -> None:
        """Cancel what is outstanding, end what was started on the workers, and leave the cluster to others."""
        client = self._client
        if client.status == "running":
            futures = [sent.future for sent in self._sent.values()]
            with suppress(Exception):  # it may be gone; what is not ended there now ends when it is idle
                client.sync(client.cancel, futures, callback_timeout=_FAREWELL_SECONDS)
                client.sync(client.unregister_worker_plugin, self._session, callback_timeout=_FAREWELL_SECONDS)
        self._sent.clear()
        client.close(timeout=_FAREWELL_SECONDS)


def _answer(task: Task, done: Done) -> tuple[Task, Done] | Lost[Task]:
    return (task, done) if done.accident is None else Lost(task, done.accident)


def _job(task: Task, ready: Prepared) -> Job:
    """Return what travels; an activity of the course's own travels as its file."""
    from grader.activities.from_file import is_path
    from grader.classroom.workers.cluster_worker import Job

    gradable = ready.gradable
    own = Path(task.activity) if task.activity and is_path(task.activity) else None
    return Job(
        submission=gradable.submission,
        activity=own.name if own else gradable.activity.id,
        version=gradable.activity.version,
        source=own.read_bytes() if own else None,
        notes=gradable.notes,
        submitted=gradable.submitted,
    )
