"""The same submission gets the same statuses and points from ``check``, ``batch``, the pytest plugin and Gradescope.

``batch`` is the class of `test_submissions`, with its browser.  The others are asked without one, since it is started
anew for each: what needs it is compared for a few.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.activities import activity_named
from grader.cli import cli
from grader.cli.checking import Checking
from grader.gradescope import running
from grader.grading import Grader, Settings
from grader.report.json_report import to_dict
from grader.submission import open_submission

from .conftest import ISOLATIONS, LIMITS
from .test_submissions import GOLDEN, Golden, graded_class  # noqa: F401 - a fixture

pytestmark = pytest.mark.timeout(900)  # the first one waits for the whole class
WITHOUT = frozenset({"browser"})
Verdicts = dict[str, tuple[str, float, float]]


def verdicts(report: dict[str, Any]) -> Verdicts:
    return {check["id"]: (check["status"], check["earned"], check["points"]) for check in report["checks"]}


@pytest.fixture(scope="module")
def warm() -> Iterator[Grader]:
    with Grader(Settings(isolation=ISOLATIONS[0], limits=LIMITS, skip=WITHOUT, keep_warm=True)) as grader:
        yield grader


def by_check_kept_warm(folder: Path, activity: str, grader: Grader) -> Verdicts:
    """What the command does once its options are read, with a grader that need not be started again."""
    checking = Checking(
        str(folder), activity, None, as_json=True, config=None, skip=WITHOUT, isolation=ISOLATIONS[0], watch=False
    )
    return verdicts(to_dict(checking._grade(grader)))


def by_check(folder: Path, activity: str, *options: str) -> Verdicts:
    arguments = ["check", str(folder), "--activity", activity, "--json", "--isolation", ISOLATIONS[0], *options]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert result.exception is None, result.exception
    return verdicts(json.loads(result.stdout))


def by_plugin(folder: Path, activity: str, grader: Grader) -> Verdicts:
    """Each check is asked for by itself, as the plugin's items do."""
    job = grader.begin(open_submission(folder), activity_named(activity))
    try:
        results = [job.result(check.id) for check in activity_named(activity).checks]
    finally:
        job.close()
    return {result.id: (result.status.value, result.earned, result.points) for result in results}


def by_gradescope(folder: Path, activity: str, grader: Grader, autograder: Path, patch: pytest.MonkeyPatch) -> Verdicts:
    shutil.copytree(folder, autograder / "submission")
    patch.chdir(autograder)
    return verdicts(to_dict(running.grade(activity_named(activity), grader)))


@pytest.mark.parametrize("golden", GOLDEN, ids=str)
def test_the_same_everywhere(
    golden: Golden,
    graded_class: dict[str, dict[str, Any]],  # noqa: F811 - the fixture
    warm: Grader,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, activity, number = golden.folder / "submission", golden.activity, GOLDEN.index(golden)
    alike = by_plugin(folder, activity, warm)
    assert by_check_kept_warm(folder, activity, warm) == alike
    assert by_gradescope(folder, activity, warm, tmp_path, monkeypatch) == alike
    batch = verdicts(graded_class[str(golden)])
    browser = {check.id for check in activity_named(activity).checks if "browser" in check.groups}
    waits = {id_ for id_, verdict in alike.items() if verdict[0] == "skipped"} | browser
    assert {id_: verdict for id_, verdict in alike.items() if id_ not in waits} == {
        id_: verdict for id_, verdict in batch.items() if id_ not in waits
    }
    in_a_hurry = "endless" in golden.folder.name or "sleep" in golden.folder.name
    if number % 8 == 0 and not in_a_hurry:
        assert by_check(folder, activity, "--skip", "browser") == alike
    if number % 45 == 0 and not in_a_hurry:
        assert by_check(folder, activity) == batch
