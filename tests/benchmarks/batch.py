"""What ``grader batch`` costs, as ratios of whole processes run in turn, and how much memory it takes.

Of each ratio there are two: of the time on the clock, and of the time that all processors were at work, from which a
busy neighbour on the same machine takes nothing.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psutil
from check import GRADER, REFERENCE

from grader.browser import find

FEW, MANY = 10, 60


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and of work of all processors together: nothing else may run meanwhile."""

    wall: float
    cpu: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.cpu - other.cpu)

    def __mul__(self, factor: float) -> Cost:
        return Cost(self.wall * factor, self.cpu * factor)

    def to(self, other: Cost) -> Cost:
        """Return both as ratios."""
        return Cost(self.wall / other.wall, self.cpu / other.cpu)


def cost_of(*commands: list[str], environment: dict[str, str] | None = None, cwd: Path | None = None) -> Cost:
    """Run commands side by side until the last one has ended."""
    started, before = time.perf_counter(), _worked()
    running = [
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "CHROMIUM": str(find().path), **(environment or {})},
            cwd=cwd,
        )
        for command in commands
    ]
    said = [process.communicate()[0] for process in running]
    cost = Cost(time.perf_counter() - started, _worked() - before)
    for process, output in zip(running, said, strict=True):
        if process.returncode != 0:
            raise SystemExit(output.decode())
    return cost


def _worked() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.system)


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

    def grade(self, size: int, workers: int, *options: str) -> Cost:
        """Return the cost of one whole run into an empty folder."""
        class_, self.runs = self.of(size), self.runs + 1
        out = self.folder / f"out-{self.runs}"
        command = [*GRADER, "batch", str(class_), "--out", str(out), "--activity", "11.2", "--workers", str(workers)]
        cost = cost_of([*command, *options])
        with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as grades:
            wrong = [row["name"] for row in csv.DictReader(grades) if row["earned"] != row["maximum"]]
        if wrong:
            raise SystemExit(f"Graded wrongly, and all of them alike: {', '.join(wrong)}; see {out}")
        shutil.rmtree(out)
        return cost

    def each(self, workers: int, *options: str) -> Cost:
        """Return what one more submission costs: what starts once does not count, as in limit.py."""
        return (self.grade(MANY, workers, *options) - self.grade(FEW, workers, *options)) * (1 / (MANY - FEW))


def bare(peers: Path, loops: int) -> Cost:
    """Return what the same visits cost bare Playwright, for each submission, in so many loops side by side."""
    few, many = ([[sys.executable, str(peers / "limit.py"), str(count)]] * loops for count in (FEW, MANY))
    return (cost_of(*many) - cost_of(*few)) * (1 / (MANY - FEW) / loops)


def suite(peers: Path, python: str) -> Cost:
    """Return the cost of one run of pytest with pytest-playwright."""
    folder = peers / "pytest_playwright"
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    return cost_of(command, environment={"SUBMISSION": str(peers / "submission")}, cwd=folder)


def say(name: str, ratios: list[Cost], promised: float, *, at_least: bool = False) -> bool:
    ratio = statistics.median(each.wall for each in ratios)
    good = ratio >= promised if at_least else ratio <= promised
    word = "at least" if at_least else "at most"
    spread = f"{min(each.wall for each in ratios):.2f} to {max(each.wall for each in ratios):.2f}"
    work = statistics.median(each.cpu for each in ratios)
    verdict = "ok" if good else "NO"
    print(f"{name:48} {ratio:5.2f}  ({spread}; {word} {promised:.2f})  {verdict}; of work {work:.2f}", flush=True)
    return good


def compare(class_: Class, peers: Path, peer_python: str, rounds: int) -> bool:
    ratios: dict[str, list[Cost]] = {"bare": [], "two": [], "two bare": [], "skip": [], "suite": []}
    no_document = ("--skip", "document")
    class_.grade(FEW, 2, *no_document)  # warm the disk's cache
    for number in range(1, rounds + 1):
        loop, one = bare(peers, 1), class_.each(1, *no_document)
        loops, two = bare(peers, 2), class_.each(2, *no_document)
        without = class_.each(1, *no_document, "--skip", "browser")
        whole, once = class_.grade(100, 2, *no_document), suite(peers, peer_python)
        ratios["bare"].append(one.to(loop))
        ratios["two"].append(one.to(two))
        ratios["two bare"].append(loop.to(loops))
        ratios["skip"].append(without.to(one))
        ratios["suite"].append(whole.to(once * 100))
        each = {"bare": loop, "one worker": one, "two bare": loops, "two workers": two, "no browser": without}
        words = (f"{name} {cost.wall * 1000:.0f} ({cost.cpu * 1000:.0f})" for name, cost in each.items())
        print(f"round {number}, ms (of work): {', '.join(words)}", flush=True)
    good = [
        say("one worker / bare Playwright, per submission", ratios["bare"], 1.3),
        say("one worker / two workers", ratios["two"], 1.6, at_least=True),
        say("without / with the browser, per submission", ratios["skip"], 1 / 5),
        say("class of 100 / 100 times pytest-playwright", ratios["suite"], 1 / 6),
    ]
    gain = statistics.median(each.wall for each in ratios["two bare"])
    print(f"For comparison, two bare loops side by side gain {gain:.2f}.")
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
    return say("each of the last / each of the first", [each[-1].to(each[0])], 1.2) and good


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peers", type=Path, required=True, help="the folder with the suites to compare with")
    options.add_argument("--peer-python", default=sys.executable, help="a Python that has their packages")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument(
        "--grow", type=int, nargs="*", metavar="SIZE", help="classes to grow to, for example 100 300 1000"
    )
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        class_ = Class(Path(scratch))
        good = compare(class_, chosen.peers.resolve(), chosen.peer_python, chosen.rounds) if chosen.rounds else True
        if chosen.grow:
            good &= grow(class_, chosen.grow, "--skip", "document")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
