"""Every golden submission gets what it must get, in both isolations, and the student is told the actual mistake.

In the sandbox they are a class of three hundred, graded by two workers with a real browser; as plain processes they are
graded one by one.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from grader.activities import activity_named
from grader.grading import Grader, Settings
from grader.report.json_report import to_dict
from grader.submission import open_submission

from .classroom.class_of import files_in
from .conftest import ISOLATIONS, LIMITS, SUBMISSIONS
from .graded_class import HandedIn, fill_up, grade_class
from .systems import ON_WINDOWS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


pytestmark = pytest.mark.timeout(1800)  # the first one waits for the whole class


@dataclass(frozen=True)
class Golden:
    """A golden submission and what it must get."""

    folder: Path
    shows: str
    status: dict[str, str] = field(default_factory=dict)
    message: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
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


def about_running(golden: Golden) -> bool:
    """Whether it is about how the app is loaded and run, which is where the two isolations differ."""
    return bool({"loads", "port"} & {*golden.status, *golden.message})


def must_get(golden: Golden, report: dict[str, Any]) -> None:
    """Compare a report's statuses, messages and places with what the golden submission must get."""
    results = {check["id"]: check for check in report["checks"] if check["counts"]}
    assert {id_: result["status"] for id_, result in results.items()} == {id_: golden.expected(id_) for id_ in results}
    for id_, pattern in ((id_, pattern) for id_, pattern in golden.message.items() if id_ in results):
        said = "\n".join(filter(None, (results[id_][part] for part in ("message", "observed", "hint"))))
        assert re.search(pattern, said), f"{id_} says: {said}"
    for id_, place in ((id_, place) for id_, place in golden.where.items() if id_ in results):
        file, line = results[id_]["file"], results[id_]["line"]
        assert place == f"{file}:{line}"


@pytest.fixture(scope="session")
def graded_class(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The reports of all golden submissions that are asked for; where that is all of them, of the whole class."""
    items = [item for item in request.session.items if "graded_class" in item.fixturenames]
    wanted = {
        str(item.callspec.params["golden"]): item.callspec.params["golden"]
        for item in items
        if hasattr(item, "callspec")
    }
    members = [HandedIn(key, each.activity, files_in(each.folder / "submission")) for key, each in wanted.items()]
    everyone = fill_up(members) if len(members) == len(GOLDEN) else members
    settings = Settings(isolation=ISOLATIONS[0], limits=LIMITS, keep_warm=True)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with FileLock(shared / "class.lock"):  # pytest-xdist's way to do something once for all of its workers
        graded = shared / "class.json"
        if not graded.exists():
            graded.write_text(json.dumps(grade_class(everyone, settings, tmp_path_factory.mktemp("class"))))
        reports: dict[str, dict[str, Any]] = json.loads(graded.read_text())
        return reports


@pytest.mark.parametrize("golden", GOLDEN, ids=str)
def test_in_a_class(golden: Golden, graded_class: dict[str, dict[str, Any]]) -> None:
    must_get(golden, graded_class[str(golden)])


def test_the_rest_of_the_class(graded_class: dict[str, dict[str, Any]]) -> None:
    rest = {key: report for key, report in graded_class.items() if ": " in key}
    assert not rest or len(graded_class) >= 300
    for key, report in rest.items():
        loads = report["checks"][0]
        assert (loads["id"], loads["status"]) == ("loads", "failed" if key.startswith("cannot") else "passed"), key
        statuses = {check["status"] for check in report["checks"] if check["id"] not in {"loads", "document"}}
        assert statuses == ({"blocked"} if key.startswith("cannot") else {"passed"}), key


@pytest.fixture(scope="session")
def plain_grader() -> Iterator[Grader]:
    with Grader(Settings(isolation="process", limits=LIMITS, skip=frozenset({"browser"}), keep_warm=True)) as grader:
        yield grader


ONE_BY_ONE = [golden for number, golden in enumerate(GOLDEN) if about_running(golden) or number % 24 == 0]


@pytest.mark.parametrize("golden", ONE_BY_ONE, ids=str)
def test_as_a_plain_process(golden: Golden, plain_grader: Grader) -> None:
    submission = open_submission(golden.folder / "submission")
    must_get(golden, to_dict(plain_grader.grade(submission, activity_named(golden.activity))))
