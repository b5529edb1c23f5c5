"""Every golden submission gets what it must get, in both isolations, and the student is told the actual mistake."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.activities import activity_named
from grader.grading import Grader
from grader.rubric import Report
from grader.submission import open_submission

from .conftest import ISOLATIONS, SUBMISSIONS

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


GOLDEN = [read(path) for path in sorted(SUBMISSIONS.glob("*/*/expected.toml"))]


def grade(golden: Golden, grader: Grader) -> Report:
    submission = open_submission(golden.folder / "submission")
    return grader.grade(submission, activity_named(golden.activity))


def about_running(golden: Golden) -> bool:
    """Whether it is about how the app is loaded and run, which is where the two isolations differ."""
    return bool({"loads", "port"} & {*golden.status, *golden.message})


CASES = [
    (isolation, golden)
    for isolation in ISOLATIONS
    for number, golden in enumerate(GOLDEN)
    if isolation == ISOLATIONS[0] or about_running(golden) or number % 3 == 0
]


@pytest.mark.parametrize(("warm_grader", "golden"), CASES, ids=str, indirect=["warm_grader"])
def test_golden_submission(golden: Golden, warm_grader: Grader) -> None:
    report = grade(golden, warm_grader)
    results = {result.id: result for result in report.results if result.counts}
    assert {id_: result.status.value for id_, result in results.items()} == {
        id_: golden.expected(id_) for id_ in results
    }
    for id_, pattern in ((id_, pattern) for id_, pattern in golden.message.items() if id_ in results):
        said = "\n".join(filter(None, (results[id_].message, results[id_].observed, results[id_].hint)))
        assert re.search(pattern, said), f"{id_} says: {said}"
    for id_, place in ((id_, place) for id_, place in golden.where.items() if id_ in results):
        assert f"{results[id_].file}:{results[id_].line}" == place
