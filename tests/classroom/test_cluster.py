"""A class on a Dask cluster: a real scheduler and real worker processes on this machine, some of which die."""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.classroom.dispatcher import Dispatcher, Unwatched, Workers, local_workers
from grader.classroom.journal import Journal
from grader.classroom.records import Entry
from grader.classroom.workers import cluster
from grader.classroom.workers.cluster import Cluster, cluster_workers
from grader.classroom.workers.worker import Task
from grader.grading import Settings
from grader.machine.installation import how_to_add
from grader.machine.pool import Lost
from grader.model.faults import InputError
from grader.platforms.exports import HandIn
from grader.platforms.reading_exports import read_exports
from tests.conftest import ISOLATIONS, SUBMISSIONS
from tests.packing import write_folder
from tests.waiting import until

GOLDEN = ["add-not-written", "blueprint", "colon-missing", "delete-cookie", "no-try", "remove-not-written"]
NO_BROWSER = Settings(isolation=ISOLATIONS[0], skip=frozenset({"browser"}), keep_warm=True)


@pytest.fixture(scope="module", autouse=True)
def _no_other_event_loop() -> Iterator[None]:
    """The loop of a browser that other tests of this worker look at pages with is hidden: it counts as running."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


@contextmanager
def dask(*arguments: str, python: Sequence[str] = (sys.executable,), **environment: str) -> Iterator[int]:
    """Start a Dask program as a person would in a terminal, and return the number of its process."""
    command = [*python, "-m", "dask", *arguments, "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env={**os.environ, **environment}, **quiet) as process:
        try:
            yield process.pid
        finally:
            process.terminate()


@contextmanager
def scheduler(**environment: str) -> Iterator[tuple[str, int]]:
    """Start a scheduler; return its address and the number of its process."""
    port = free_port()
    with dask("scheduler", "--host", "127.0.0.1", "--port", str(port), **environment) as number:
        found = f"tcp://127.0.0.1:{port}"
        with client_of(found):  # once it answers
            pass
        yield found, number


@contextmanager
def worker(address: str, *options: str, **more: Any) -> Iterator[int]:
    with dask("worker", address, "--nthreads", "1", *(options or ["--no-nanny"]), **more) as number:
        yield number


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def client_of(address: str) -> Any:
    from distributed import Client

    return Client(address, timeout=60, set_as_default=False)


def wait_for_workers(address: str, count: int) -> None:
    with client_of(address) as client:
        client.wait_for_workers(count, timeout=300)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of two workers; what one test does to them is left to the next."""
    folder = tmp_path_factory.mktemp("dask")
    with ExitStack() as stack:
        found, _ = stack.enter_context(scheduler(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0"))
        local = ("--nanny", "--local-directory", str(folder))
        stack.enter_context(worker(found, *local))
        stack.enter_context(worker(found, *local, "--nthreads", "2"))
        wait_for_workers(found, 2)
        yield found


@pytest.fixture
def in_this_process() -> Iterator[str]:
    """A scheduler and a worker that are spoken with as all are, in threads: Dask is loaded once."""
    from distributed import LocalCluster

    here = {"host": "127.0.0.1", "protocol": "tcp://", "dashboard_address": None}
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, **here) as made:
        yield made.scheduler_address


@dataclass
class Listener(Unwatched):
    """Notes what it hears, and does something at the third."""

    then: Any = lambda: None
    graded_names: list[str] = field(default_factory=list)
    begun_names: set[str] = field(default_factory=set)

    def begun(self, hand_in: HandIn) -> None:
        self.begun_names.add(hand_in.name)

    def ended(self, hand_in: HandIn, entry: Entry | None) -> None:
        assert entry is not None
        self.graded_names.append(hand_in.name)
        if len(self.graded_names) == 3:
            self.then()


def class_of(folder: Path, names: Sequence[str]) -> Path:
    for name in names:
        write_folder(folder / name, submission(name))
    (folder / "corrupt.zip").write_bytes(b"PK\x03\x04 and no more")
    write_folder(folder / "unclear", {"app.py": "from flask import Flask\napp = Flask(__name__)\n"})
    return folder


def submission(name: str) -> dict[str, bytes | str]:
    folder = SUBMISSIONS / "activity_11_2" / name / "submission"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def grade(exported: Path, out: Path, make: Any, listener: Listener, activity: str | None = None) -> dict[str, Any]:
    """Grade a class; return what is in its journal and which files its reports have, but for times."""
    out.mkdir()
    with Journal(out) as journal:
        hand_ins = read_exports([exported]).hand_ins
        Dispatcher(hand_ins, out, journal, make(), activity, NO_BROWSER).run(listener, threading.Event())
        graded = {}
        for entry in journal.entries():
            checks = [{**check, "seconds": 0} for check in entry.report["checks"]]
            report = {**entry.report, "checks": checks, "seconds": 0, "started": ""}
            files = sorted(path.relative_to(out).as_posix() for path in (out / "reports" / entry.name).rglob("*"))
            # The value that is sent to an app is another one each time.
            extra = json.loads(re.sub(r"Oatmeal \w+", "Oatmeal", json.dumps(entry.extra)))
            graded[entry.name] = (entry.key, entry.digest, report, extra, files)
        return graded


def test_a_class_is_graded_on_a_cluster(in_this_process: str, tmp_path: Path) -> None:
    exported, out = class_of(tmp_path / "class", ["no-try", "colon-missing"]), tmp_path / "out"
    graded = grade(exported, out, lambda: cluster_workers(in_this_process, NO_BROWSER, out), Listener())
    reports = {name: report for name, (_, _, report, *_) in graded.items()}
    statuses = {name: {check["id"]: check["status"] for check in each["checks"]} for name, each in reports.items()}
    assert set(statuses) == {"no-try", "colon-missing", "corrupt", "unclear"}
    assert [statuses["no-try"][id_] for id_ in ("loads", "add-cookie", "display-try")] == ["passed", "passed", "failed"]
    assert {statuses[name]["loads"] for name in ("colon-missing", "corrupt")} == {"failed"}
    assert {f"reports/{name}/report.{kind}" for name in statuses for kind in ("json", "html", "docx")} <= {
        file for *_, files in graded.values() for file in files
    }


def worker_processes(address: str) -> list[int]:
    with client_of(address) as client:
        return list(client.run(os.getpid).values())


def test_a_class_is_graded_as_on_this_machine_though_a_worker_is_killed(address: str, tmp_path: Path) -> None:
    exported = class_of(tmp_path / "class", GOLDEN)
    victim = worker_processes(address)[0]
    far = Listener(then=psutil.Process(victim).kill)
    graded = grade(exported, tmp_path / "far", lambda: cluster_workers(address, NO_BROWSER, tmp_path / "far"), far)
    near = grade(exported, tmp_path / "near", lambda: local_workers(NO_BROWSER, tmp_path / "near", 2), Listener())

    assert sorted(far.graded_names) == sorted([*GOLDEN, "corrupt", "unclear"])  # each of them once
    assert far.begun_names == {*GOLDEN, "unclear"}  # the other one cannot be opened
    assert graded == near
    assert {check["status"] for _, _, report, *_ in graded.values() for check in report["checks"]}.isdisjoint({"error"})
    assert victim not in worker_processes(address)


def test_a_browser_on_the_cluster_sees_the_same_and_its_pictures_come_back(address: str, tmp_path: Path) -> None:
    settings = Settings(isolation=ISOLATIONS[0], screenshots=True, keep_warm=True)
    hand_ins = read_exports([class_of(tmp_path / "class", ["delete-cookie", "remove-not-written"])]).hand_ins
    tasks = [Task(hand_in, "11.2") for hand_in in hand_ins if hand_in.name in {"delete-cookie", "remove-not-written"}]
    workers = cluster_workers(address, settings, tmp_path)
    reports = {task.hand_in.name: done.entry.report for task, done in run(workers, tasks)}

    statuses = {name: {check["id"]: check["status"] for check in report["checks"]} for name, report in reports.items()}
    assert statuses["delete-cookie"]["remove-browser"] == "passed"
    assert statuses["remove-not-written"]["remove-cookie"] == "failed"
    for name, report in reports.items():
        pictures = [one["path"] for check in report["checks"] for one in check["evidence"] if one["path"]]
        assert pictures
        assert all((tmp_path / "reports" / name / picture).stat().st_size for picture in pictures)


KILLS = """
import os
from grader.rubric import Activity
activity = Activity("activity-99.9", title="Kills whoever grades it")

@activity.check(step="1", points=10)
def survives(submission):
    '''It is graded.'''
    if "deadly.txt" in submission.files:
        os.kill(os.getpid(), 9)
"""


def test_what_kills_its_worker_twice_is_lost_and_takes_no_other_with_it(address: str, tmp_path: Path) -> None:
    own = tmp_path / "own.py"
    own.write_text(KILLS)  # on this machine; the workers get what is in it
    for name in ("a", "b", "c", "d"):
        more = {"deadly.txt": ""} if name == "b" else {}
        write_folder(tmp_path / "class" / name, {**submission("no-try"), **more})
    tasks = [Task(hand_in, str(own)) for hand_in in read_exports([tmp_path / "class"]).hand_ins]
    ended = run(cluster_workers(address, NO_BROWSER, tmp_path), tasks)

    lost = [one for one in ended if isinstance(one, Lost)]
    assert [(one.job.hand_in.name, one.reason) for one in lost] == [
        ("b", "The worker process died while it was grading this.")
    ]
    others = [one for one in ended if not isinstance(one, Lost)]
    assert sorted(task.hand_in.name for task, _ in others) == ["a", "c", "d"]
    assert all(done.entry.report["score"]["earned"] == 10 for _, done in others)


WAITS = """
import time
from pathlib import Path
from grader.rubric import Activity
activity = Activity("activity-99.8", title="Some keep their worker waiting")

@activity.check(step="1", points=10)
def waits(site):
    '''It is graded once all others are.'''
    files = site.submission.files
    folder = Path(files["folder.txt"].decode())
    (folder / "begun").touch()
    if "waits.txt" in files:
        with site.allowance.waiting(600) as deadline:
            while len(list(folder.glob("*.done"))) < 3 and not deadline.expired:
                time.sleep(0.05)
    (folder / f"{site.submission.name}.done").touch()
"""


def test_what_waits_gives_its_place_to_others(lonely: str, tmp_path: Path) -> None:
    own, notes = tmp_path / "own.py", tmp_path / "notes"
    own.write_text(WAITS)
    notes.mkdir()
    for name in ("a", "b", "c", "d"):
        more = {"folder.txt": str(notes), **({"waits.txt": ""} if name == "a" else {})}
        write_folder(tmp_path / "class" / name, {**submission("no-try"), **more})
    tasks = [Task(hand_in, str(own)) for hand_in in read_exports([tmp_path / "class"]).hand_ins]
    with worker(lonely):
        wait_for_workers(lonely, 1)
        ended = run(cluster_workers(lonely, NO_BROWSER, tmp_path), tasks)
    assert [task.hand_in.name for task, _ in ended][-1] == "a"


def test_stopping_on_the_way_leaves_nothing_on_the_cluster(address: str, tmp_path: Path) -> None:
    wait_for_workers(address, 2)
    tasks = [Task(one, "11.2") for one in read_exports([class_of(tmp_path / "class", GOLDEN)]).hand_ins]
    workers = cluster_workers(address, NO_BROWSER, tmp_path)
    begun: list[Task] = []
    first = next(iter(workers.run(tasks, begun.append, threading.Event())))
    assert not isinstance(first, Lost)
    assert 0 < len(workers._sent) <= 10
    assert len(begun) <= 3
    workers.close()

    with client_of(address) as client:
        assert until(lambda: not any(client.processing().values()))
        assert not any(client.run(lambda dask_worker: [n for n in dask_worker.plugins if "grader" in n]).values())
    assert run(cluster_workers(address, NO_BROWSER, tmp_path), tasks[:1])


def run(workers: Cluster, tasks: list[Task]) -> list[Any]:
    try:
        return list(workers.run(tasks, str, threading.Event()))
    finally:
        workers.close()


@pytest.fixture(scope="module")
def lonely() -> Iterator[str]:
    """A scheduler without workers; each test brings one and takes it away again."""
    with scheduler() as (found, _):
        yield found


def refusal(address: str, settings: Settings = NO_BROWSER) -> str:
    with pytest.raises(InputError) as refused:
        cluster_workers(address, settings, Path())
    return f"{refused.value.message} | {refused.value.hint}"


def test_a_cluster_without_workers_is_refused(lonely: str) -> None:
    assert f"has no workers. | On each machine: dask worker {lonely}" in refusal(lonely)


def test_a_worker_without_what_is_needed_is_refused_and_runs_nothing(lonely: str, tmp_path: Path) -> None:
    sandbox = Settings(isolation="sandbox", skip=frozenset({"browser"}))
    browser = Settings(isolation="process")
    neither = Settings(isolation="process", skip=frozenset({"browser"}))
    with worker(lonely, PATH=str(tmp_path), GRADER_BROWSER="/no/such/browser"):
        wait_for_workers(lonely, 1)
        assert "has no sandbox: " in refusal(lonely, sandbox)
        assert "has no browser: The browser that GRADER_BROWSER names, /no/such/browser" in refusal(lonely, browser)
        cluster_workers(lonely, neither, Path()).close()
    wait_until_gone(lonely)


def test_a_worker_with_another_version_of_the_grader_is_refused(lonely: str, tmp_path: Path) -> None:
    metadata = "Metadata-Version: 2.1\nName: flask-activity-grader\nVersion: 0.0.1\n"
    write_folder(tmp_path / "flask_activity_grader-0.0.1.dist-info", {"METADATA": metadata})
    with worker(lonely, PYTHONPATH=str(tmp_path)):
        wait_for_workers(lonely, 1)
        assert "has version 0.0.1 of the grader; this machine has" in refusal(lonely)
    wait_until_gone(lonely)


def test_a_worker_without_the_grader_is_refused(lonely: str, tmp_path: Path) -> None:
    packages = Path(str(importlib.metadata.distribution("distributed").locate_file("")))
    for path in packages.iterdir():  # all that is installed but the grader
        if "flask_activity_grader" not in path.name and path.suffix != ".pth":
            (tmp_path / path.name).symlink_to(path)
    with worker(lonely, python=(sys.executable, "-S"), PYTHONPATH=str(tmp_path)):
        wait_for_workers(lonely, 1)
        said = refusal(lonely)
    assert "does not have the grader" in said
    assert "pip install 'flask-activity-grader[cluster]==" in said


def wait_until_gone(address: str) -> None:
    with client_of(address) as client:
        assert until(lambda: not client.nthreads())


def test_a_grader_that_nobody_needs_any_more_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    from grader.classroom.workers import cluster_worker  # loads Dask

    monkeypatch.setattr(cluster_worker, "_IDLE_SECONDS", 0.2)

    async def use_one() -> None:
        graders = cluster_worker.Graders(Settings(isolation="process", skip=frozenset({"browser"})))
        await graders.setup(None)  # type: ignore[arg-type]
        with graders.one() as first:
            pass
        with graders.one() as second:
            assert second is first  # it is still warm
        while graders._warm:  # noqa: ASYNC110 (nothing tells; the test has a limit)
            await asyncio.sleep(0.05)
        await graders.teardown(None)  # type: ignore[arg-type]

    asyncio.run(use_one())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.5)


@pytest.mark.usefixtures("impatient")
def test_where_nobody_answers_it_is_said() -> None:
    assert "cannot be reached: " in refusal(f"127.0.0.1:{free_port()}")


@pytest.mark.usefixtures("impatient")
def test_who_is_no_scheduler_is_not_waited_for() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert "is no Dask scheduler" in refusal(f"127.0.0.1:{silent.getsockname()[1]}")


def test_a_worker_is_not_taken_for_the_scheduler(address: str) -> None:
    with client_of(address) as client:
        one = next(iter(client.nthreads()))
    assert "is a Dask worker, not the scheduler" in refusal(one)


@pytest.mark.parametrize("nonsense", ["", "cluster", "http://cluster:8786", "10.0.0.5:x", "tcp://[::1"])
def test_what_is_no_address_is_refused(nonsense: str) -> None:
    assert "is no address of a cluster" in refusal(nonsense)


def test_without_dask_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert how_to_add("cluster") in refusal("127.0.0.1:8786")


def test_dask_is_not_loaded_where_there_is_no_cluster() -> None:
    loaded = "import sys, grader.classroom.session, grader.classroom.dispatcher; sys.exit('dask' in sys.modules)"
    subprocess.run([sys.executable, "-c", loaded], check=True)


def test_a_scheduler_that_is_lost_on_the_way_is_said_at_once(tmp_path: Path) -> None:
    tasks = [Task(one, "11.2") for one in read_exports([class_of(tmp_path / "class", GOLDEN)]).hand_ins]
    with ExitStack() as stack, scheduler() as (found, number), worker(found):
        wait_for_workers(found, 1)
        workers: Workers = cluster_workers(found, NO_BROWSER, tmp_path)
        stack.callback(workers.close)
        answers = workers.run(tasks, str, threading.Event())
        next(answers)
        psutil.Process(number).kill()
        with pytest.raises(InputError, match="does not answer any more"):
            list(answers)
