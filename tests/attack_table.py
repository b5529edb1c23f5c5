"""``--table`` shows which attacks were tried, and what stopped them: of hostile submissions, and on the page."""

from __future__ import annotations

import pytest

from .hostile.elsewhere import ELSEWHERE

_HOSTILE = "tests/hostile/"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--table", action="store_true", help="Show which attacks were tried, and what stopped them.")


def pytest_configure(config: pytest.Config) -> None:
    """Try all of them for the table, also those that each run leaves to the lane of endurance."""
    if config.getoption("--table"):
        config.option.markexpr = ""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--table"):
        return
    rows, hostile = [], False
    for outcome, word in (("passed", "stopped"), ("failed", "NOT STOPPED"), ("error", "NOT TRIED")):
        for report in terminalreporter.stats.get(outcome, ()):
            told = dict(report.user_properties)
            hostile |= report.nodeid.startswith(_HOSTILE)
            if "attack" in told and (report.when == "call" or outcome != "passed"):
                rows.append((told["promise"], told["attack"], told.get("ended", word), told["wall"], told["tries"]))
    elsewhere = ELSEWHERE if hostile else []
    rows += [(promise, attack, "see there", wall, test) for promise, attack, wall, test in elsewhere]
    rows.sort(key=lambda row: str(row[0]))
    widths = [max((len(str(row[column])) for row in rows), default=0) for column in range(4)]
    terminalreporter.section("Attacks: what they try, and what stops them")
    for row in rows:
        cells = (str(cell).ljust(width) for cell, width in zip(row, widths, strict=False))
        terminalreporter.write_line("  ".join((*cells, row[4])))
    stopped = sum(1 for row in rows if row[2] == "stopped")
    terminalreporter.write_line(f"{stopped} of {len(rows) - len(elsewhere)} tried here were stopped.")
