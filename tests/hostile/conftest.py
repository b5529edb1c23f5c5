"""The golden hostile set: graders, canaries, and ``--table``, which shows what was tried, and what stopped it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.grading import Grader, Settings
from grader.sandbox import RunLimits

from .canaries import MEGABYTE, Canaries
from .elsewhere import ELSEWHERE

LIMITS = RunLimits(
    memory=160 * MEGABYTE,
    processes=24,
    open_files=64,
    written=4 * MEGABYTE,
    entries=2_000,
    load=6,
    request=1,
    total=2,
    reply=MEGABYTE,
)
_NO_BROWSER = frozenset({"browser", "document"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--table", action="store_true", help="Show which attacks were tried, and what stopped them.")


@pytest.fixture(scope="session")
def canaries() -> Iterator[Canaries]:
    made = Canaries()
    yield made
    made.close()


@pytest.fixture(scope="session")
def warm() -> Iterator[Grader]:
    """A grader as for a class."""
    with Grader(Settings("sandbox", keep_warm=True, limits=LIMITS, skip=_NO_BROWSER)) as grader:
        yield grader


@pytest.fixture(scope="session")
def warm_with_browser() -> Iterator[Grader]:
    with Grader(Settings("sandbox", keep_warm=True, limits=LIMITS, skip=frozenset({"document"}))) as grader:
        yield grader


@pytest.fixture(scope="session")
def fresh() -> Iterator[Grader]:
    """A grader as for one submission, each in a jail of its own."""
    with Grader(Settings("sandbox", limits=LIMITS, skip=_NO_BROWSER)) as grader:
        yield grader


@pytest.fixture
def bare() -> Iterator[Grader]:
    """A grader without a sandbox."""
    with Grader(Settings("process", limits=RunLimits(load=10, request=3), skip=_NO_BROWSER)) as grader:
        yield grader


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--table"):
        return
    rows = []
    for outcome, word in (("passed", "stopped"), ("failed", "NOT STOPPED"), ("error", "NOT TRIED")):
        for report in terminalreporter.stats.get(outcome, ()):
            told = dict(report.user_properties)
            if "attack" in told and (report.when == "call" or outcome != "passed"):
                rows.append((told["promise"], told["attack"], told.get("ended", word), told["wall"], told["tries"]))
    rows += [(promise, attack, "see there", wall, test) for promise, attack, wall, test in ELSEWHERE]
    rows.sort(key=lambda row: row[0])
    widths = [max(len(str(row[column])) for row in rows) for column in range(4)]
    terminalreporter.section("Hostile submissions: what they try, and what stops them")
    for row in rows:
        cells = (str(cell).ljust(width) for cell, width in zip(row, widths, strict=False))
        terminalreporter.write_line("  ".join((*cells, row[4])))
    stopped = sum(1 for row in rows if row[2] == "stopped")
    terminalreporter.write_line(f"{stopped} of {len(rows) - len(ELSEWHERE)} tried here were stopped.")
