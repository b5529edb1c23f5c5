"""Every golden submission gets what it must get, in both isolations, and the student is told the actual mistake.

In the sandbox with a real browser where that is what they are about; in the lane of endurance many more with it, as a
class of hundreds.  As plain processes, some of those that are about loading and running.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from grader.activities import activity_named
from grader.grading import Grader, OneByOne, Settings, settle
from grader.report.json_report import check_to_dict, to_dict
from grader.submission import open_submission
from tests.packing import files_in

from . import wording
from .conftest import ISOLATIONS, LIMITS, SUBMISSIONS
from .graded_class import HandedIn, fill_up, grade_class
from .how_many import FULL, some_of
from .systems import ON_WINDOWS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Golden:
    """A golden submission and what it must get."""

    folder: Path
    shows: str
    status: dict[str, str] = field(default_factory=dict)
    message: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    browser: bool = False
    windows: bool = True

    def __str__(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def activity(self) -> str:
        return re.sub(r"_(\d+)_(\d+)$", r"-\1.\2", self.folder.parent.name)

    def expected(self, check: str) -> str:
        if check in self.status:
            return self.status[check]
        if check == "document":
            return "failed"
        if check.startswith("shot-"):
            return "blocked"
        return self.status.get("default", "passed")


def read(expected: Path) -> Golden:
    return Golden(expected.parent, **tomllib.loads(expected.read_text(encoding="utf-8")))


GOLDEN = [
    golden for golden in map(read, sorted(SUBMISSIONS.glob("*/*/expected.toml"))) if golden.windows or not ON_WINDOWS
]


def seen_by_the_browser(activity: str) -> set[str]:
    return {check.id for check in activity_named(activity).checks if "browser" in check.groups}


def about_running(golden: Golden) -> bool:
    """Whether it is about how the app is loaded and run, which is where the two isolations differ."""
    return bool({"loads", "port"} & {*golden.status, *golden.message})


def must_get(golden: Golden, report: dict[str, Any]) -> None:
    """Compare a report's statuses, messages and places with what the golden submission must get.

    Checks that were left out (`--skip`) do not count in a report, and are not looked at.
    """
    results = {check["id"]: check for check in report["checks"] if check["counts"]}
    assert {id_: result["status"] for id_, result in results.items()} == {id_: golden.expected(id_) for id_ in results}
    for id_, pattern in ((id_, pattern) for id_, pattern in golden.message.items() if id_ in results):
        said = "\n".join(filter(None, (results[id_][part] for part in ("message", "observed", "hint"))))
        assert re.search(pattern, said), f"{id_} says: {said}"
    for id_, place in ((id_, place) for id_, place in golden.where.items() if id_ in results):
        file, line = results[id_]["file"], results[id_]["line"]
        assert place == f"{file}:{line}"


def wrong_checks(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The checks about which a student reads something."""
    return [check for check in report["checks"] if check["status"] in {"failed", "partial", "review"}]


def hard_to_read(report: dict[str, Any]) -> list[str]:
    return [
        f"{check['id']}: {fault}: {check['message']} / {check['hint']}"
        for check in wrong_checks(report)
        for fault in wording.faults(check)
    ]


def judged_without_browser(golden: Golden) -> set[str]:
    return {check.id for check in activity_named(golden.activity).checks} - seen_by_the_browser(golden.activity)


def must_be_mended_by_its_hints(golden: Golden, report: dict[str, Any], grader: Grader) -> None:
    """What a program can do of a hint is done, again where one mistake hides the next, until the check passes."""
    submission = open_submission(golden.folder / "submission")
    for check in wrong_checks(report):
        can_be_done = wording.applied(submission.files, check) is not None
        if check["status"] == "review" or check["id"] not in judged_without_browser(golden) or not can_be_done:
            continue
        better = {"passed", "partial"} if check["status"] == "failed" else {"passed"}
        files, state = submission.files, check
        for _ in range(5):
            changed = wording.applied(files, state)
            assert changed is not None, f"{check['id']} after {check['hint']}: {state['message']} / {state['hint']}"
            files = changed
            mended = replace(submission, files=files, app=submission.app)
            gradable = settle(mended, activity_named(golden.activity), grader.settings.course)
            with closing(OneByOne(grader, gradable)) as again:
                state = check_to_dict(again.result(check["id"]))
            if state["status"] in better:
                break
        assert state["status"] in better, f"{check['id']}: {check['hint']}"


@pytest.fixture(scope="session")
def quick_grader() -> Iterator[Grader]:
    """As for a class, but without a browser."""
    with Grader(Settings(ISOLATIONS[0], limits=LIMITS, skip=frozenset({"browser"}), keep_warm=True)) as grader:
        yield grader


@pytest.fixture(scope="session")
def seeing_grader() -> Iterator[Grader]:
    with Grader(Settings(ISOLATIONS[0], limits=LIMITS, keep_warm=True)) as grader:
        yield grader


def one_of_each_kind() -> list[Golden]:
    """Return golden submissions that are about the browser: one for each that its checks can get and say."""
    seen: set[tuple[str, str]] = set()
    chosen = []
    for golden in sorted((each for each in GOLDEN if each.browser), key=lambda each: -len(told(each))):
        if not told(golden) <= seen:
            chosen.append(golden)
            seen |= told(golden)
    return chosen


def told(golden: Golden) -> set[tuple[str, str]]:
    """Return what the browser's checks get, and messages of them, that a golden submission must get."""
    checks = seen_by_the_browser(golden.activity)
    messages = {(id_, pattern) for id_, pattern in golden.message.items() if id_ in checks}
    return messages | {(id_, golden.expected(id_)) for id_ in checks}


BY_THE_BROWSER = one_of_each_kind()
"""The others are visited in the lane of endurance, as a class."""


@pytest.mark.parametrize("golden", [each for each in GOLDEN if each in BY_THE_BROWSER or not each.browser], ids=str)
def test_each_gets_what_it_must(golden: Golden, quick_grader: Grader, request: pytest.FixtureRequest) -> None:
    """The statuses, messages and places, in words that can be read, and with hints that mend what is wrong."""
    grader: Grader = request.getfixturevalue("seeing_grader") if golden.browser else quick_grader
    report = to_dict(grader.grade(open_submission(golden.folder / "submission"), activity_named(golden.activity)))
    must_get(golden, report)
    assert hard_to_read(report) == []
    must_be_mended_by_its_hints(golden, report, quick_grader)


def test_whatever_a_golden_submission_gets_in_the_browser_one_gets_in_each_run() -> None:
    """In each check of the browser each status, and each message that some golden submission must get."""
    each_run = set().union(*map(told, BY_THE_BROWSER))
    assert set().union(*map(told, GOLDEN)) - each_run == set()


@pytest.fixture(scope="session")
def plain_grader() -> Iterator[Grader]:
    with Grader(Settings(isolation="process", limits=LIMITS, skip=frozenset({"browser"}), keep_warm=True)) as grader:
        yield grader


ONE_BY_ONE = [golden for number, golden in enumerate(GOLDEN) if about_running(golden) or number % 24 == 0]


@pytest.mark.parametrize("golden", some_of(ONE_BY_ONE, always=10, endurance=len(ONE_BY_ONE) // 3), ids=str)
def test_as_a_plain_process(golden: Golden, plain_grader: Grader) -> None:
    submission = open_submission(golden.folder / "submission")
    must_get(golden, to_dict(plain_grader.grade(submission, activity_named(golden.activity))))


@pytest.mark.endurance
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_as_a_class_of_hundreds_with_a_browser(tmp_path: Path) -> None:
    """All that are about the browser, and of the others every tenth; all with GRADER_ENDURANCE=full."""
    goldens = [each for number, each in enumerate(GOLDEN) if FULL or each.browser or number % 10 == 0]
    members = [HandedIn(str(each), each.activity, files_in(each.folder / "submission")) for each in goldens]
    settings = Settings(isolation=ISOLATIONS[0], limits=LIMITS, keep_warm=True)
    reports = grade_class(fill_up(members), settings, tmp_path)
    wrong = {}
    for golden in goldens:
        report = reports.pop(str(golden))
        try:
            must_get(golden, report)
            assert hard_to_read(report) == []
        except AssertionError as error:
            wrong[str(golden)] = str(error)
    assert wrong == {}
    assert reports
    for key, report in reports.items():
        loads = report["checks"][0]
        assert (loads["id"], loads["status"]) == ("loads", "failed" if key.startswith("cannot") else "passed"), key
        statuses = {check["status"] for check in report["checks"] if check["id"] not in {"loads", "document"}}
        assert statuses == ({"blocked"} if key.startswith("cannot") else {"passed"}), key
