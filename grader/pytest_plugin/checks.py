"""Each check of an activity as a test: how it is collected, run and reported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from grader.model.faults import StudentFault
from grader.pytest_plugin.keeping_out import is_inside
from grader.report.plain import shown
from grader.report.wording import count, number
from grader.rubric import Status

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from grader.pytest_plugin.grading import Grading
    from grader.rubric import Check, Result

_GROUP = "grader"
_WORDS = {
    "partial": ("failed", "F", ("PARTIAL", {"red": True})),
    "blocked": ("skipped", "-", ("BLOCKED", {"yellow": True})),
    "review": ("review", "?", ("REVIEW", {"cyan": True})),
}


def in_full(ended: Result | StudentFault) -> str:
    """Return the message, and below it what is asked for, what is there, what to do and where."""
    where = f"{ended.file}:{ended.line}" if ended.line is not None else ended.file
    beside = {"expected": ended.expected, "observed": ended.observed, "hint": ended.hint, "where": where}
    said = [f"{name + ':':9} {shown(text)}" for name, text in beside.items() if text]
    return "\n".join([shown(ended.message), *said])


class CheckItem(pytest.Item):
    """One check.

    A check that fails is a test that fails; one that is blocked or skipped is skipped; the grader's own error is an
    error of the setup; what a person has to review passes and is marked.
    """

    def __init__(self, *, grading: Grading, check: Check, **of_an_item: Any) -> None:
        super().__init__(**of_an_item)
        self.check = check
        self._grading = grading
        if self.config.pluginmanager.hasplugin("xdist"):
            self.add_marker(pytest.mark.xdist_group(_GROUP))  # with --dist loadgroup one worker does them all

    def setup(self) -> None:
        """Run the check, and those that it needs."""
        self.result = self._grading.result(self.check.id)
        self.user_properties += [
            ("grader_status", self.result.status.value),
            ("grader_points", self.result.points if self.result.counts else 0.0),
            ("grader_earned", self.result.earned),
            ("grader_pending", self.result.pending and self.result.counts),
            ("grader_message", shown(self.result.message)),
        ]
        if self.result.status is Status.ERROR:
            pytest.fail(f"{in_full(self.result)}\n\n{shown(self.result.traceback or '')}", pytrace=False)

    def runtest(self) -> None:
        """End as the check ended."""
        if self.result.status in (Status.FAILED, Status.PARTIAL):
            pytest.fail(in_full(self.result), pytrace=False)
        if self.result.status in (Status.BLOCKED, Status.SKIPPED):
            pytest.skip(" ".join(map(shown, filter(None, (self.result.message, self.result.hint)))))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return where it is, and what it is called above its failure."""
        return self.path, None, f"{self.check.id}: {self.check.title}"


class CheckCollector(pytest.Collector):
    """All checks on one submission."""

    def __init__(self, *, grading: Grading, **of_a_collector: Any) -> None:
        super().__init__(**of_a_collector)
        self._grading = grading

    def collect(self) -> Iterator[CheckItem]:
        """Yield the checks in the handout's order."""
        for check in self._grading.checks:
            yield CheckItem.from_parent(self, name=check.id, grading=self._grading, check=check)


class Checks:
    """The hooks of a run with ``--grade``."""

    def __init__(self, grading: Grading) -> None:
        self._grading = grading

    def pytest_report_header(self) -> list[str]:
        """Say what is graded."""
        activity = self._grading.activity.id if self._grading.activity else "no activity named, its own tests only"
        return [f"grader: {shown(self._grading.submission.name)}, {activity}", *self._grading.notes]

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave the tests and the conftest.py of the submission alone."""
        return True if self._grading.own is not None and is_inside(collection_path, self._grading.own) else None

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # before -k and pytest-xdist look at the items
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> Iterator[None]:
        """Put the checks before the tests that were named, if any."""
        name = re.sub(r"[^\w.@+ -]", "_", self._grading.submission.name)
        collector = CheckCollector.from_parent(
            session, name=name, nodeid=name, path=self._grading.path, grading=self._grading
        )
        if self._grading.checks:
            items[:0] = session.genitems(collector)
        yield

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Hear which checks are left after -k, -m and --deselect."""
        self._grading.only([item.check.id for item in session.items if isinstance(item, CheckItem)])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show a mistake of the student's in words instead of a traceback, in authors' own tests as well."""
        report = yield
        if isinstance(item, CheckItem) and report.skipped and isinstance(report.longrepr, tuple):
            report.longrepr = (str(item.path), 0, report.longrepr[2])  # a line of ours says nothing
        elif call.excinfo is not None and isinstance(call.excinfo.value, StudentFault):
            report.longrepr = in_full(call.excinfo.value)
        return report

    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Mark what pytest has no word for."""
        return _WORDS.get(_facts(report).get("grader_status", "")) if report.when == "call" else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say the score, and what a person has to look at; with pytest-xdist the results come from other processes."""
        ended = {
            report.nodeid: _facts(report)
            for reports in terminalreporter.stats.values()
            for report in reports
            if isinstance(report, pytest.TestReport) and _facts(report)
        }
        if not ended:
            return
        earned, maximum = (sum(facts[f"grader_{what}"] for facts in ended.values()) for what in ("earned", "points"))
        pending = sum(facts["grader_points"] for facts in ended.values() if facts["grader_pending"])
        open_ = f", {number(pending)} not decided yet" if pending else ""
        terminalreporter.section("grader")
        for nodeid, facts in ended.items():
            if facts["grader_status"] == "review":
                terminalreporter.write_line(f"REVIEW {nodeid} - {facts['grader_message']}")
        terminalreporter.write_line(
            f"{number(earned)} of {count(maximum, 'point')}{open_}, {count(len(ended), 'check')}."
        )


def _facts(report: pytest.TestReport) -> dict[str, Any]:
    """Return what the item has noted about its check."""
    return {name: value for name, value in getattr(report, "user_properties", ()) if name.startswith("grader_")}
