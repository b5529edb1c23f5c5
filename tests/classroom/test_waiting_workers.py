"""What keeps a worker waiting does not keep the others waiting."""

from __future__ import annotations

import os
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from grader.machine.pool import Pool, Said
from tests.waiting import until

HANGS = "hangs"


def serve(connection: Connection[Any, Any], _folder: str, notes: Path, pattern: str, number: int) -> None:
    """Answer each job, one that hangs not before so many notes are there; note what becomes of jobs and workers."""
    try:
        while True:
            job = connection.recv()
            (notes / f"{job} begun").touch()
            if job.startswith(HANGS):
                connection.send(Said.WAITS)
                until(lambda: len(list(notes.glob(pattern))) == number)
            else:
                time.sleep(0.05)
            (notes / f"{job} done").touch()
            connection.send(Said.FREE)
            connection.send(job)
    except EOFError:
        (notes / f"worker {os.getpid()} gone").touch()


def test_others_take_the_place_of_what_waits(tmp_path: Path) -> None:
    pool: Pool[str, str] = Pool(serve, (tmp_path, "easy* done", 6), count=1, accident=lambda _: None)
    jobs = [f"{HANGS} 1", "easy 1", "easy 2", f"{HANGS} 2", *(f"easy {number}" for number in range(3, 7))]
    try:
        done = [job for job, _ in pool.run(jobs, lambda _: None, threading.Event())]
    finally:
        pool.close()
    assert sorted(done) == sorted(jobs)
    # What hangs ends with the sixth: which of the two is heard of first is nobody's concern.
    assert {job.partition(" ")[0] for job in done[:5]} == {"easy"}


def test_who_stood_in_goes_while_the_last_ones_are_waited_for(tmp_path: Path) -> None:
    pool: Pool[str, str] = Pool(serve, (tmp_path, "worker * gone", 1), count=1, accident=lambda _: None)
    jobs = [HANGS, "easy 1", "easy 2"]
    try:
        done = [job for job, _ in pool.run(jobs, lambda _: None, threading.Event())]
    finally:
        pool.close()
    assert done == ["easy 1", "easy 2", HANGS]


def test_without_anything_that_waits_there_are_no_more_than_asked_for(tmp_path: Path) -> None:
    pool: Pool[str, str] = Pool(serve, (tmp_path, "easy* done", 6), count=2, accident=lambda _: None)
    try:
        list(pool.run([f"easy {number}" for number in range(6)], lambda _: None, threading.Event()))
        assert len(pool._workers) == 2
    finally:
        pool.close()
