"""What ``grader batch`` costs, as ratios, and how much memory it takes.

A machine that is shared changes its speed from one minute to the next, so what is compared takes turns of seconds where
that can be.  Whole runs take minutes; of them there is a second ratio, of the time that all processors were at work.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psutil
from check import GRADER, REFERENCE
from cost import Cost, cost_of

from grader.browser import find
from grader.classroom.dispatcher import local_workers
from grader.classroom.workers.worker import Task
from grader.grading import Settings
from grader.machine.pool import Lost
from grader.platforms.reading import read_exports

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW = 10
TURNS, IN_A_TURN = 5, 20


class Class:
    """Copies of the reference app, and how long it takes to grade them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = 0

    def of(self, size: int) -> Path:
        class_ = self.folder / f"class-{size}"
        for number in range(size):
            if not (class_ / f"student-{number}").exists():
                shutil.copytree(REFERENCE, class_ / f"student-{number}", ignore=shutil.ignore_patterns("*.docx"))
        return class_

    def with_hanging(self, size: int) -> Path:
        """Return a class in which each tenth app has a page that never answers."""
        class_ = self.of(size)
        folder = self.folder / f"hanging-{size}"
        if not folder.exists():
            shutil.copytree(class_, folder)
            for number in range(4, size, 10):
                app = folder / f"student-{number}" / "app.py"
                app.write_text(
                    app.read_text().replace('return "Practicing', 'while True: pass\n    return "Practicing')
                )
        return folder

    def grade(self, class_: int | Path, workers: int, *options: str) -> Cost:
        """Return the cost of one whole run into an empty folder."""
        are_perfect = isinstance(class_, int)
        class_, self.runs = self.of(class_) if isinstance(class_, int) else class_, self.runs + 1
        out = self.folder / f"out-{self.runs}"
        command = [*GRADER, "batch", str(class_), "--out", str(out), "--activity", "11.2", "--workers", str(workers)]
        cost = cost_of([*command, *options])
        if not are_perfect:
            shutil.rmtree(out)
            return cost
        with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as grades:
            wrong = [row["name"] for row in csv.DictReader(grades) if row["earned"] != row["maximum"]]
        if wrong:
            raise SystemExit(f"Graded wrongly, and all of them alike: {', '.join(wrong)}; see {out}")
        shutil.rmtree(out)
        return cost


class WarmWorkers:
    """Workers that have started already, and grade the same few hand-ins again and again."""

    def __init__(self, class_: Class, *skip: str, count: int = 1) -> None:
        self._out = tempfile.TemporaryDirectory()
        settings = Settings("sandbox", skip=frozenset({"document", *skip}), keep_warm=True)
        self._workers = local_workers(settings, Path(self._out.name), count)
        self._tasks = [Task(hand_in, "11.2") for hand_in in read_exports([class_.of(IN_A_TURN)]).hand_ins]
        self.turn()

    def turn(self) -> float:
        """Return the seconds that each hand-in takes."""
        started = time.perf_counter()
        for ended in self._workers.run(self._tasks, str, threading.Event()):
            if isinstance(ended, Lost):
                raise SystemExit(ended.reason)
        return (time.perf_counter() - started) / IN_A_TURN

    def close(self) -> None:
        self._workers.close()
        self._out.cleanup()


def limit(peers: Path, loops: int = 1) -> float:
    """Return the seconds that bare Playwright takes for the same visits of each, in so many loops side by side."""
    command = [sys.executable, str(peers / "limit.py"), str(IN_A_TURN)]
    environment = {**os.environ, "CHROMIUM": str(find().path)}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(loops)]
    said = [process.communicate()[0] for process in running]
    return statistics.mean(float(re.findall(r"(\d+) ms", each)[0]) for each in said) / 1000 / loops


class Turn(NamedTuple):
    """Seconds of each hand-in, of one loop, worker or processor unless the name says otherwise."""

    bare: float
    two_bare: float
    whole: float
    two_workers: float
    one_processor: float
    without_browser: float


def take_turns(class_: Class, peers: Path, turns: int) -> list[Turn]:
    with ExitStack() as stack:

        def start(*skip: str, count: int = 1) -> WarmWorkers:
            return stack.enter_context(closing(WarmWorkers(class_, *skip, count=count)))

        one, two, without = start(), start(count=2), start("browser")
        with on_one_processor():
            kept_to_one = start()
        return [
            Turn(limit(peers), limit(peers, loops=2), one.turn(), two.turn(), kept_to_one.turn(), without.turn())
            for _ in range(turns)
        ]


@contextmanager
def on_one_processor() -> Iterator[None]:
    """Keep to one processor what is started meanwhile, for good."""
    this = psutil.Process()
    before = this.cpu_affinity()
    this.cpu_affinity(before[:1])
    yield
    this.cpu_affinity(before)


def whole_class(class_: Class, peers: Path, size: int, rounds: int) -> bool:
    """Compare all the work of a class, graded by one worker, with that of the bare loop over as many."""
    bare_loop = [sys.executable, str(peers / "limit.py")]
    environment = {**os.environ, "CHROMIUM": str(find().path)}
    ratios, slopes = [], []
    for _ in range(rounds):
        ours, few = (class_.grade(number, 1, "--skip", "document") for number in (size, FEW))
        theirs, their_few = (cost_of([*bare_loop, str(number)], env=environment) for number in (size, FEW))
        ratios.append(ours.to(theirs).cpu)
        slopes.append((ours - few).to(theirs - their_few).cpu)
    good = say(f"work of a class of {size} / of {size} bare loops", ratios, 1.0)
    say("the same of each more, without all that starts once", slopes, 1.0)
    return good


def hanging(class_: Class, size: int, rounds: int) -> bool:
    """Compare a class in which one in ten has a page that hangs with one in which none does."""
    no_document = ("--skip", "document")
    ratios = []
    for _ in range(rounds):
        with_hanging = class_.grade(class_.with_hanging(size), 2, *no_document)
        ratios.append(with_hanging.to(class_.grade(size, 2, *no_document)).wall)
    return say(f"class of {size}, one in ten hangs / none does", ratios, 1.5)


def suite(peers: Path, python: str) -> Cost:
    """Return the cost of one run of pytest with pytest-playwright."""
    folder = peers / "pytest_playwright"
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    environment = {**os.environ, "CHROMIUM": str(find().path), "SUBMISSION": str(peers / "submission")}
    return cost_of(command, env=environment, cwd=folder)


def say(name: str, ratios: list[float], promised: float, *, at_least: bool = False, work: float | None = None) -> bool:
    ratio = statistics.median(ratios)
    good = ratio >= promised if at_least else ratio <= promised
    word, verdict = "at least" if at_least else "at most", "ok" if good else "NO"
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    of_work = f"; of work {work:.2f}" if work is not None else ""
    print(f"{name:48} {ratio:5.2f}  ({spread}; {word} {promised:.2f})  {verdict}{of_work}", flush=True)
    return good


def compare(class_: Class, peers: Path, peer_python: str, rounds: int) -> bool:
    turns: list[Turn] = []
    suites: list[Cost] = []
    no_document = ("--skip", "document")
    class_.grade(FEW, 2, *no_document)  # warm the disk's cache
    for _ in range(rounds):
        turns += take_turns(class_, peers, TURNS)
        once = suite(peers, peer_python)
        suites.append(class_.grade(100, 2, *no_document).to((once + suite(peers, peer_python)) * 50))
    suite_work = statistics.median(each.cpu for each in suites)
    good = [
        say("one worker / bare Playwright, per submission", [turn.whole / turn.bare for turn in turns], 1.3),
        say("without / with the browser, per submission", [turn.without_browser / turn.whole for turn in turns], 1 / 5),
        say("one worker / two workers", [turn.whole / turn.two_workers for turn in turns], 1.6, at_least=True),
        say("class of 100 / 100 times pytest-playwright", [each.wall for each in suites], 1 / 6, work=suite_work),
    ]
    print("For comparison:")
    say(
        "one worker on one processor / two on two",
        [turn.one_processor / turn.two_workers for turn in turns],
        1.6,
        at_least=True,
    )
    say("one bare loop / two side by side", [turn.bare / turn.two_bare for turn in turns], 1.6, at_least=True)
    return all(good)


def peak_memory(process: psutil.Process, ended: threading.Event) -> float:
    """Return the most megabytes that a process and its descendants had at a time; what they share counts once."""
    most = 0.0
    while not ended.wait(0.5):
        most = max(most, sum(map(memory, (process, *process.children(recursive=True)))) / 2**20)
    return most


def memory(process: psutil.Process) -> int:
    """Return a process's bytes; of what it shares with others, its part."""
    try:
        return process.memory_full_info().pss
    except psutil.Error:  # it has just ended
        return 0


def grow(class_: Class, sizes: list[int], *options: str) -> bool:
    """Grade larger and larger classes; time has to grow as they do, and memory not at all."""
    costs: list[Cost] = []
    peaks: list[float] = []
    for size in sizes:
        ended = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            peak = pool.submit(peak_memory, psutil.Process(), ended)
            costs.append(class_.grade(size, 2, *options))
            ended.set()
            peaks.append(peak.result())
        print(f"{size:5} submissions: {costs[-1].wall:6.1f} s, {peaks[-1]:5.0f} MB", flush=True)
    more = [after - before for before, after in pairwise(costs)]
    each = [cost * (1 / (after - before)) for cost, (before, after) in zip(more, pairwise(sizes), strict=True)]
    memory_ratio = peaks[-1] / peaks[0]
    good = memory_ratio <= 1.1
    print(f"memory at {sizes[-1]} / at {sizes[0]}: {memory_ratio:.2f}  (at most 1.10)  {'ok' if good else 'NO'}")
    ratio = each[-1].to(each[0])
    return say("each of the last / each of the first", [ratio.wall], 1.2, work=ratio.cpu) and good


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peers", type=Path, required=True, help="the folder with the suites to compare with")
    options.add_argument("--peer-python", default=sys.executable, help="a Python that has their packages")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument(
        "--grow", type=int, nargs="*", metavar="SIZE", help="classes to grow to, for example 100 300 1000"
    )
    options.add_argument("--class-of", type=int, metavar="SIZE", help="compare the work of a whole class")
    options.add_argument("--hanging", type=int, metavar="SIZE", help="compare a class in which one in ten hangs")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        class_ = Class(Path(scratch))
        good = True
        if not (chosen.class_of or chosen.hanging or chosen.grow):
            good = compare(class_, chosen.peers.resolve(), chosen.peer_python, chosen.rounds)
        if chosen.class_of:
            good &= whole_class(class_, chosen.peers.resolve(), chosen.class_of, max(chosen.rounds, 1))
        if chosen.hanging:
            good &= hanging(class_, chosen.hanging, max(chosen.rounds, 1))
        if chosen.grow:
            good &= grow(class_, chosen.grow, "--skip", "document")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
