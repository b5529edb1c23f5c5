"""A class in which honest students sit between hostile ones, graded in one run; and what that run leaves behind.

``python -m tests.faults.crowd 1000 --skip browser`` grades so many by hand and says how long it took, how much memory
the grader had at most, and what was left.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import replace
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import psutil

from grader.grading import Settings
from grader.machine.clock import Deadline
from grader.report import json_report
from grader.sandbox.limits import RunLimits
from tests.graded_class import HandedIn, grade_class
from tests.hostile.canaries import MEGABYTE, Canaries, unearned, within
from tests.hostile.test_hostile import ATTACKS
from tests.packing import files_in
from tests.test_submissions import GOLDEN, must_get

HOSTILE_SHARE = 8
"""One in so many is hostile."""
LIMITS = RunLimits(load=4, request=2, total=6)


def honest() -> list[HandedIn]:
    return [HandedIn(str(golden), golden.activity, files_in(golden.folder / "submission")) for golden in GOLDEN]


def hostile(canaries: Canaries, *, in_browser: bool) -> list[HandedIn]:
    chosen = [attack for attack in ATTACKS if in_browser or not attack.in_browser]
    made = [(attack, attack.submission(canaries.names).files) for attack in chosen]
    return [HandedIn(f"attack: {attack}", attack.activity, dict(files)) for attack, files in made]


def crowd(size: int, students: list[HandedIn], attackers: list[HandedIn], seed: int = 6) -> list[HandedIn]:
    """Draw so many, no two of the same content, in any order."""
    dice = random.Random(seed)
    students, attackers = dice.sample(students, len(students)), dice.sample(attackers, len(attackers))
    attacks = itertools.islice(itertools.cycle(attackers), size // HOSTILE_SHARE)
    honest_work = itertools.islice(itertools.cycle(students), size - size // HOSTILE_SHARE)
    everyone = [
        replace(one, key=f"{one.key} #{number}", files={**one.files, "notes.txt": b"%d" % number})
        for number, one in enumerate((*attacks, *honest_work))
    ]
    dice.shuffle(everyone)
    return everyone


def wrong(reports: dict[str, dict[str, Any]], everyone: list[HandedIn]) -> dict[str, str]:
    """Say of whom the verdict is not what it must be: for an honest one as alone, for an attack nothing unearned."""
    found = {one.key: "no report" for one in everyone if one.key not in reports}
    golden = {str(one): one for one in GOLDEN}
    attacks = {str(attack): attack for attack in ATTACKS}
    for key, report in reports.items():
        name = key.rpartition(" #")[0]
        attack = attacks.get(name.removeprefix("attack: "))
        if attack is None:
            try:
                must_get(golden[name], report)
            except AssertionError:
                found[key] = traceback.format_exc()
        elif said := unearned(json_report.from_dict(report), attack.earned):
            found[key] = "; ".join(said)
    return found


class Watched:
    """This process while a class is graded: everything that it starts, and the most memory that all of it takes."""

    def __init__(self, folder: Path) -> None:
        self._me = psutil.Process()
        self._folder = folder
        resource_tracker.ensure_running()  # multiprocessing's; it stays for the next one, as does
        Deadline(0)  # the thread of the clock
        self._children = set(self._me.children(recursive=True))
        self._before = _open_files(), {*threading.enumerate()}
        self._started: set[psutil.Process] = set()
        self.megabytes: list[float] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, name="watched", daemon=True)

    def __enter__(self) -> Watched:
        self._kept, tempfile.tempdir = tempfile.tempdir, str(self._folder)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        tempfile.tempdir = self._kept
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.25):
            ours = self._me.children(recursive=True)
            self._started.update(set(ours) - self._children)
            self.megabytes.append(sum(map(_memory, [self._me, *ours])) / MEGABYTE)

    def left(self) -> list[str]:
        """Say what is left of it, a moment after its end."""
        within(lambda: not self._still_there(), 60)
        return self._still_there() + [f"in the temporary folder: {path.name}" for path in self._folder.iterdir()]

    def _still_there(self) -> list[str]:
        files, threads = self._before
        return [
            *(f"process: {_line(process)}" for process in self._started if process.is_running()),
            *(f"open: {what}" for number, what in _open_files().items() if files.get(number) != what),
            *(f"thread: {thread.name}" for thread in threading.enumerate() if thread not in threads),
        ]


def _open_files() -> dict[str, str]:
    """Return what each of this process's file descriptors is."""
    found = {}
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # that of the folder itself is closed by now
            found[link.name] = str(link.readlink())
    return found


def _line(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())[-120:] + f" {process.status()}"
    return str(process.pid)


def _memory(process: psutil.Process) -> int:
    """Return a process's bytes; of what it shares with others, its part."""
    with suppress(psutil.Error):
        return int(process.memory_full_info().pss)
    return 0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("size", type=int)
    options.add_argument("--skip", action="append", default=[])
    chosen = options.parse_args()
    settings = Settings("sandbox", limits=LIMITS, skip=frozenset(chosen.skip), keep_warm=True)
    canaries = Canaries()
    with tempfile.TemporaryDirectory() as folder:
        (temporary := Path(folder, "tmp")).mkdir()
        everyone = crowd(chosen.size, honest(), hostile(canaries, in_browser="browser" not in chosen.skip))
        (work := Path(folder, "work")).mkdir()
        begun = time.monotonic()
        with Watched(temporary) as watched:
            reports = grade_class(everyone, settings, work)
        seconds = time.monotonic() - begun
        left = [*watched.left(), *canaries.harm("".join(map(str, reports.values())))]
    canaries.close()
    tenths = len(watched.megabytes) // 10
    peaks = [max(watched.megabytes[n * tenths : (n + 1) * tenths], default=0) for n in range(10)]
    print(f"{len(everyone)} graded in {seconds:.0f} s; at most {max(peaks):.0f} MB")
    print(f"the most of each tenth of the time: {', '.join(f'{peak:.0f}' for peak in peaks)} MB")
    print(f"left: {left or 'nothing'}")
    mistakes = wrong(reports, everyone)
    print(f"wrong: {len(mistakes)}", *mistakes.items(), sep="\n  ")
    sys.exit(bool(left or mistakes))


if __name__ == "__main__":
    main()
