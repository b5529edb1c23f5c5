"""What ``grader batch`` costs, as ratios, and how much memory it takes.

A machine that is shared changes its speed from one minute to the next, so what is compared takes turns of seconds where
that can be.  Whole runs take minutes; of them there is a second ratio, of the time that all processors were at work.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import statistics
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import psutil

from grader.browser import find
from tests.benchmarks.check import GRADER, REFERENCE
from tests.benchmarks.cost import Cost, cost_of
from tests.benchmarks.hanging import KINDS, with_kind
from tests.benchmarks.turns import by_turns

FEW, TURNS = 10, 8
NOTHING_NEW, SCORED_ANEW, ONE_MORE = 1.0, 2.0, 1.0
"""Seconds of a processor that grading a class again may take, the last one beside what the hand-in itself costs."""


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

    def grade(self, class_: int | Path, workers: int, *options: str) -> Cost:
        """Return the cost of one whole run into an empty folder."""
        are_perfect = isinstance(class_, int)
        class_, self.runs = self.of(class_) if isinstance(class_, int) else class_, self.runs + 1
        out = self.folder / f"out-{self.runs}"
        command = [*GRADER, "batch", str(class_), "--out", str(out), "--activity", "11.2", "--workers", str(workers)]
        cost = cost_of([*command, *options], exits=(0, 1))
        if not are_perfect:
            shutil.rmtree(out)
            return cost
        with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as grades:
            wrong = [row["name"] for row in csv.DictReader(grades) if row["earned"] != row["maximum"]]
        if wrong:
            raise SystemExit(f"Graded wrongly, and all of them alike: {', '.join(wrong)}; see {out}")
        shutil.rmtree(out)
        return cost


def whole_class(class_: Class, peers: Path, size: int, rounds: int) -> bool:
    """Compare the work of a class, graded by one worker, with that of the bare loop over as many."""
    further = [by_turns(peers, class_.of(FEW), TURNS) for _ in range(rounds)]
    good = say("work of each further hand-in / a bare loop", further, 1.0)
    bare_loop = [sys.executable, str(peers / "limit.py"), str(size)]
    environment = {**os.environ, "CHROMIUM": str(find().path)}
    whole = []
    for _ in range(rounds):
        ours = class_.grade(size, 1, "--skip", "document")
        whole.append(ours.to(cost_of(bare_loop, env=environment)).cpu)
    return say(f"work of a class of {size} / of {size} bare loops", whole, 1.0) and good


def again(class_: Class, size: int) -> bool:
    """Grade a class again: with nothing new, with other points, and with one hand-in more."""
    folder, out = class_.of(size), class_.folder / "again"
    one = class_.folder / "one"
    shutil.copytree(REFERENCE, one / "student", ignore=shutil.ignore_patterns("*.docx"))

    def cost(folder: Path, out: Path) -> float:
        words = ["batch", str(folder), "--out", str(out), "--activity", "11.2", "--workers", "1", "--skip", "document"]
        return cost_of([*GRADER, *words]).cpu

    alone = cost(one, class_.folder / "out-of-one")
    cost(folder, out)
    good = say(f"seconds of work, class of {size}, nothing new", [cost(folder, out)], NOTHING_NEW)
    (folder.parent / "grader.toml").write_text('[activities."11.2".points]\nhome = 7\n')
    good &= say(f"seconds of work, class of {size}, other points", [cost(folder, out)], SCORED_ANEW)
    shutil.copytree(one / "student", folder / "student-new")
    return say("seconds of work, one more, less one alone", [cost(folder, out) - alone], ONE_MORE) and good


def hanging(class_: Class, size: int, rounds: int, named: str) -> bool:
    """Compare classes in which one in ten hangs with one in which none does: by the clock, and their work."""
    kinds = [kind for kind in KINDS if named in kind]
    ratios: dict[str, list[Cost]] = {kind: [] for kind in kinds}
    classes = {kind: with_kind(class_.of(size), class_.folder / kind.replace(" ", "-"), size, kind) for kind in kinds}
    for _ in range(rounds):
        without = class_.grade(size, 2, "--skip", "document")
        for kind in kinds:
            ratios[kind].append(class_.grade(classes[kind], 2, "--skip", "document").to(without))
    good = True
    for kind, found in ratios.items():
        work = statistics.median(ratio.cpu for ratio in found)
        good &= say(f"{size}, one in ten: {kind}", [ratio.wall for ratio in found], 1.5, work=work)
    return good


def say(name: str, ratios: list[float], promised: float, *, work: float | None = None) -> bool:
    ratio = statistics.median(ratios)
    good = ratio <= promised
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    of_work = f"; of work {work:.2f}" if work is not None else ""
    print(f"{name:48} {ratio:5.2f}  ({spread}; at most {promised:.2f})  {'ok' if good else 'NO'}{of_work}", flush=True)
    return good


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
    options.add_argument("--rounds", type=int, default=3)
    what = options.add_mutually_exclusive_group(required=True)
    what.add_argument("--grow", type=int, nargs="+", metavar="SIZE", help="classes to grow to, for example 100 400")
    what.add_argument("--class-of", type=int, metavar="SIZE", help="compare the work of a whole class")
    what.add_argument("--hanging", type=int, metavar="SIZE", help="compare a class in which one in ten hangs")
    what.add_argument("--again", type=int, metavar="SIZE", help="grade a class again, with little or nothing new")
    options.add_argument("--named", default="", help="only the kinds of hanging with this in their name")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        class_ = Class(Path(scratch))
        if chosen.class_of:
            good = whole_class(class_, chosen.peers.resolve(), chosen.class_of, chosen.rounds)
        elif chosen.hanging:
            good = hanging(class_, chosen.hanging, chosen.rounds, chosen.named)
        elif chosen.again:
            good = again(class_, chosen.again)
        else:
            good = grow(class_, chosen.grow, "--skip", "document")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
