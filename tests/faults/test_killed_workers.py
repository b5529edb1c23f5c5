"""A hand-in whose worker is killed both times is the grader's own error, and the rest of the class is graded.

Workers, and whole runs, that are killed once: ``tests/classroom/test_batch.py``.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from grader.classroom.dispatcher import Dispatcher, Unwatched, local_workers
from grader.classroom.journal import Journal
from grader.grading import Settings
from grader.machine.pool import Pool
from grader.platforms.reading_exports import read_exports
from grader.sandbox.isolation import sandbox_wall
from tests.conftest import ROOT

SIZE = 5
APP = (ROOT / "reference_app" / "activity_11_2" / "app.py").read_text()
UNLUCKY = "student-2"
UNTIL_KILLED = "import time\ntime.sleep(15)\n"  # less than an app may take to load


class Killer(Unwatched):
    """Kills whichever worker is at the unlucky one's, until it has been done twice."""

    def __init__(self, workers: Pool) -> None:
        self._workers = workers
        self.killed = 0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        at = None
        while self.killed < 2:
            for worker in list(self._workers._workers):
                given = [task.hand_in.name for task, _ in list(worker.given)]
                if worker is not at and UNLUCKY in given:
                    with suppress(psutil.Error):
                        psutil.Process(worker.process.pid).kill()
                        at, self.killed = worker, self.killed + 1
            time.sleep(0.01)


@pytest.mark.skipif(not sandbox_wall().works, reason="needs bubblewrap")
def test_a_worker_killed_twice_at_the_same_hand_in(tmp_path: Path) -> None:
    for number in range(SIZE):
        (folder := tmp_path / "class" / f"student-{number}").mkdir(parents=True)
        begin = UNTIL_KILLED if folder.name == UNLUCKY else ""
        (folder / "app.py").write_text(f"# {number}\n{begin}{APP}")
    (out := tmp_path / "out").mkdir()
    settings = Settings("sandbox", skip=frozenset({"browser", "document"}), keep_warm=True)
    workers = local_workers(settings, out, 2)
    killer = Killer(workers)
    with Journal(out) as journal:
        hand_ins = read_exports([tmp_path / "class"]).hand_ins
        Dispatcher(hand_ins, out, journal, workers, "11.2", settings).run(killer, threading.Event())
    assert killer.killed == 2
    for path in (out / "reports").iterdir():
        loads = json.loads((path / "report.json").read_bytes())["checks"][0]
        assert loads["status"] == ("error" if path.name == UNLUCKY else "passed")
    assert len(list((out / "reports").iterdir())) == SIZE
