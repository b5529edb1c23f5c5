"""How long ``grader check`` takes beside what users would pick instead, as ratios of whole processes."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from grader.browser import find
from tests.benchmarks.cost import Cost, cost_of

ROOT = Path(__file__).parent.parent.parent
REFERENCE = ROOT / "reference_app" / "activity_11_2"
GRADER = [sys.executable, "-c", "import sys; sys.argv[0] = 'grader'; from grader.cli import main; main()"]


@dataclass(frozen=True)
class Command:
    """Something to time."""

    words: list[str]
    cwd: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)
    exits: tuple[int, ...] = (0,)

    def cost(self) -> Cost:
        return cost_of(self.words, exits=self.exits, cwd=self.cwd, env={**os.environ, **self.env})


@dataclass(frozen=True)
class Comparison:
    """Ours against theirs, and the ratio that is promised."""

    name: str
    ours: Command
    theirs: Command
    at_most: float

    def run(self, rounds: int) -> bool:
        self.ours.cost(), self.theirs.cost()  # warm the disk's cache
        pairs = [(self.ours.cost(), self.theirs.cost()) for _ in range(rounds)]
        ratio, work = (
            statistics.median(getattr(ours.to(theirs), what) for ours, theirs in pairs) for what in ("wall", "cpu")
        )
        ours, theirs = (statistics.median(cost.wall for cost in side) for side in zip(*pairs, strict=True))
        verdict = "ok" if ratio <= self.at_most else "NO"
        print(
            f"{self.name:44} {ours:6.2f} s / {theirs:5.2f} s = {ratio:5.2f}  (at most {self.at_most})  {verdict};"
            f" of work {work:.2f}",
            flush=True,
        )
        return bool(ratio <= self.at_most)


def comparisons(peers: Path, peer_python: str, scratch: Path) -> list[Comparison]:
    chromium = {"CHROMIUM": str(find().path)}
    work = scratch / "work"
    shutil.copytree(peers / "submission", work)
    check = [*GRADER, "check", str(REFERENCE), "--skip", "document"]  # the others know nothing of documents
    limit = Command([sys.executable, str(peers / "limit.py"), "1"], env=chromium)
    pytest = Command(
        [peer_python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(peers / "pytest_playwright")],
        cwd=peers / "pytest_playwright",
        env={**chromium, "SUBMISSION": str(work)},
    )
    check50 = Command(
        [str(Path(peer_python).parent / "check50"), "--dev", "-o", "ansi", "--", str(peers / "check50")], cwd=work
    )
    with_reports = Command([*check, "--report", str(scratch / "report")])
    return [
        Comparison("check / bare Playwright", Command(check), limit, 1.05),
        Comparison("check with reports / bare Playwright", with_reports, limit, 1.5),
        Comparison("check / pytest + pytest-playwright", Command(check), pytest, 0.75),
        Comparison("check --skip browser / check50", Command([*check, "--skip", "browser"]), check50, 0.7),
        Comparison(
            "grader --help / import click",
            Command([*GRADER, "--help"]),
            Command([sys.executable, "-c", "import click"]),
            1.3,
        ),
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peers", type=Path, required=True, help="the folder with the suites to compare with")
    options.add_argument("--peer-python", default=sys.executable, help="a Python that has their packages")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--only", default="", metavar="WORDS", help="only what has these words in its name")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows = comparisons(chosen.peers.resolve(), chosen.peer_python, Path(scratch))
        good = [row.run(chosen.rounds) for row in rows if chosen.only in row.name]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
