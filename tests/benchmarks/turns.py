"""The work of each further hand-in of a class beside that of the bare loop, by turns of a few.

Whole runs take a minute, in which a shared machine changes its speed by a third; here both have started, and take turns
of a second.  perf counts each side's processes, those in namespaces of their own included, from the first turn on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGES = ("/", "/addCookie", "/displayCookieValue", "/removeCookie", "/displayCookieValue")
IN_A_TURN = 2
SETTLING_SECONDS = 0.3
PERF = ("perf", "stat", "-x", ",", "-e", "task-clock", "--delay", "-1")


class Side:
    """One of the two, in a process of its own, counted by perf.

    Parameters
    ----------
    words
        Which of the functions below, and what it is told.
    scratch
        An empty folder.

    """

    def __init__(self, scratch: Path, *words: str) -> None:
        self._told = scratch / "told"
        orders, answers = scratch / "orders", scratch / "answers"
        for pipe in (orders, answers):
            os.mkfifo(pipe)
        # Opened for both, so that nobody waits for anybody.
        self._orders, self._answers = (os.open(pipe, os.O_RDWR) for pipe in (orders, answers))
        control = ("--control", f"fifo:{orders},{answers}", "-o", str(self._told), "--")
        self._process = subprocess.Popen(
            [*PERF, *control, sys.executable, "-m", "tests.benchmarks.turns", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        self._hear()
        self.turn()

    def turn(self) -> None:
        """Have it do so many, and wait for the end."""
        if self._process.stdin is not None:
            print(IN_A_TURN, file=self._process.stdin, flush=True)
        self._hear()

    def count(self, word: str) -> None:
        """Have perf begin (``enable``) or end (``disable``) to count."""
        os.write(self._orders, f"{word}\n".encode())
        os.read(self._answers, 64)

    def end(self) -> float:
        """End it; return the seconds of work that were counted."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        lines = self._told.read_text(encoding="utf-8").splitlines()
        return next(float(line.split(",")[0]) for line in lines if "task-clock" in line) / 1000

    def _hear(self) -> None:
        if self._process.stdout is None or not self._process.stdout.readline():
            raise SystemExit("One of the two sides has ended.")


def by_turns(peers: Path, class_: Path, turns: int) -> float:
    """Return the work of each hand-in of a class, in that of one bare loop."""
    with tempfile.TemporaryDirectory() as scratch:
        folders = [Path(scratch, name) for name in ("ours", "bare")]
        for folder in folders:
            folder.mkdir()
        sides = [Side(folders[0], "ours", str(class_)), Side(folders[1], "bare", str(peers))]
        sleep(SETTLING_SECONDS)  # profiles are thrown away in the background
        for side in sides:
            side.count("enable")
        for _ in range(turns):
            for side in sides:
                side.turn()
        sleep(SETTLING_SECONDS)
        for side in sides:
            side.count("disable")
        one, other = (side.end() for side in sides)
        return one / other


def ours(class_: str) -> None:
    """Grade a class, again and again, as a worker does."""
    from grader.classroom.workers.worker import Task, grade, work_steadily
    from grader.grading import Grader, Settings
    from grader.platforms.reading_exports import read_exports

    work_steadily()
    tasks = cycle([Task(hand_in, "11.2") for hand_in in read_exports([Path(class_)]).hand_ins])
    settings = Settings("sandbox", skip=frozenset({"document"}), keep_warm=True)
    with Grader(settings) as grader, ThreadPoolExecutor(1) as reports, tempfile.TemporaryDirectory() as out:
        for number in _asked():
            written = [reports.submit(grade(next(tasks), grader, Path(out), lambda _: None)) for _ in range(number)]
            for each in written:
                each.result()


def bare(peers: str) -> None:
    """Visit the pages of an app that is served already, as ``limit.py`` does."""
    import logging

    from playwright.sync_api import sync_playwright
    from werkzeug.serving import make_server

    from grader.browser import find

    sys.path.insert(0, str(Path(peers, "submission")))
    from app import app  # type: ignore[import-not-found]

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find().path)
        for number in _asked():
            for _ in range(number):
                context = browser.new_context()
                page = context.new_page()
                for path in PAGES:
                    page.goto(f"http://127.0.0.1:{server.server_port}{path}")
                    page.evaluate("document.body.innerText")
                    context.cookies()
                context.close()
        browser.close()


def _asked() -> Iterator[int]:
    """Say that all has started, then yield how many are asked for, and say when they are done."""
    print("ready", flush=True)
    for line in sys.stdin:
        yield int(line)
        print("done", flush=True)


if __name__ == "__main__":
    {"ours": ours, "bare": bare}[sys.argv[1]](sys.argv[2])
