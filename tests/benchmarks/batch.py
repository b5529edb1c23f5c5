"""How long ``grader batch`` takes, as ratios of whole processes run in turn, and how much memory."""

from __future__ import annotations

import argparse
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
from pathlib import Path

import psutil
from check import GRADER, REFERENCE

from grader.browser import find

FEW, MANY = 10, 60


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

    def grade(self, size: int, workers: int, *options: str) -> float:
        """Return the seconds of one whole run into an empty folder."""
        class_, self.runs = self.of(size), self.runs + 1
        out = self.folder / f"out-{self.runs}"
        command = [*GRADER, "batch", str(class_), "--out", str(out), "--activity", "11.2", "--workers", str(workers)]
        started = time.perf_counter()
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
        if done.returncode != 0 or f"{size} with nothing wrong" not in done.stdout:
            raise SystemExit(f"{done.stdout}\n{done.stderr[-2000:]}")
        shutil.rmtree(out)
        return seconds

    def each(self, workers: int, *options: str) -> float:
        """Return the seconds that one more submission takes: what starts once does not count, as in limit.py."""
        few, many = self.grade(FEW, workers, *options), self.grade(MANY, workers, *options)
        return (many - few) / (MANY - FEW)


def limit(peers: Path) -> float:
    """Return the seconds that bare Playwright takes for the same visits."""
    command = [sys.executable, str(peers / "limit.py"), str(MANY - FEW)]
    done = subprocess.run(
        command, env={**os.environ, "CHROMIUM": str(find().path)}, capture_output=True, text=True, check=True
    )
    return float(re.findall(r"(\d+) ms", done.stdout)[0]) / 1000


def suite(peers: Path, python: str) -> float:
    """Return the seconds of one run of pytest with pytest-playwright."""
    environment = {**os.environ, "CHROMIUM": str(find().path), "SUBMISSION": str(peers / "submission")}
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(peers / "pytest_playwright")]
    started = time.perf_counter()
    subprocess.run(command, env=environment, capture_output=True, check=True, cwd=peers / "pytest_playwright")
    return time.perf_counter() - started


def say(name: str, ratios: list[float], promised: float, *, at_least: bool = False) -> bool:
    ratio = statistics.median(ratios)
    good = ratio >= promised if at_least else ratio <= promised
    word = "at least" if at_least else "at most"
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(f"{name:48} {ratio:5.2f}  ({spread}; {word} {promised:.2f})  {'ok' if good else 'NO'}", flush=True)
    return good


def compare(class_: Class, peers: Path, peer_python: str, rounds: int) -> bool:
    ratios: dict[str, list[float]] = {"limit": [], "two": [], "skip": [], "suite": []}
    no_document = ("--skip", "document")
    class_.grade(FEW, 2, *no_document)  # warm the disk's cache
    for _ in range(rounds):
        bare, one = limit(peers), class_.each(1, *no_document)
        two = class_.each(2, *no_document)
        without = class_.each(1, *no_document, "--skip", "browser")
        ratios["limit"].append(one / bare)
        ratios["two"].append(one / two)
        ratios["skip"].append(without / one)
        ratios["suite"].append(class_.grade(100, 2, *no_document) / (100 * suite(peers, peer_python)))
    good = [
        say("one worker / bare Playwright, per submission", ratios["limit"], 1.3),
        say("one worker / two workers", ratios["two"], 1.6, at_least=True),
        say("without / with the browser, per submission", ratios["skip"], 1 / 5),
        say("class of 100 / 100 times pytest-playwright", ratios["suite"], 1 / 6),
    ]
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
    seconds: list[float] = []
    peaks: list[float] = []
    for size in sizes:
        ended = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            peak = pool.submit(peak_memory, psutil.Process(), ended)
            seconds.append(class_.grade(size, 2, *options))
            ended.set()
            peaks.append(peak.result())
        print(f"{size:5} submissions: {seconds[-1]:6.1f} s, {peaks[-1]:5.0f} MB", flush=True)
    slope = (seconds[-1] - seconds[0]) / (sizes[-1] - sizes[0]) / ((seconds[1] - seconds[0]) / (sizes[1] - sizes[0]))
    good = [
        say(f"memory at {sizes[-1]} / at {sizes[0]}", [peaks[-1] / peaks[0]], 1.1),
        say("each of the last / each of the first", [slope], 1.2),
    ]
    return all(good)


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
