"""The same submission gets the same statuses and points from ``check``, ``batch``, the pytest plugin, Gradescope
and Classroom 50.

``batch`` is the class of `test_submissions`: all golden submissions, with a browser.  Each second one is graded in one
of the other ways, in turn, without a browser, since that is started anew for each; a few by the whole command, and
with one.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner

from grader.activities import activity_named
from grader.bundle.grading import grade as in_a_folder
from grader.classroom50 import publishing
from grader.classroom50.running import Graded, Run
from grader.classroom50.whole_numbers import WholeNumbers
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


def by_gradescope(folder: Path, activity: str, grader: Grader) -> Verdicts:
    with TemporaryDirectory() as autograder, pytest.MonkeyPatch.context() as patch:
        shutil.copytree(folder, Path(autograder, "submission"))
        patch.chdir(autograder)
        return verdicts(to_dict(running.grade(activity_named(activity), grader)))


def by_classroom50(folder: Path, activity: str, grader: Grader) -> Verdicts:
    """What is published, in the points that it stands for."""
    chosen = activity_named(activity)
    with TemporaryDirectory() as runner, pytest.MonkeyPatch.context() as patch:
        patch.chdir(shutil.copytree(folder, Path(runner, "spring-cookies-octo-jane")))
        report = in_a_folder(Path(), chosen, grader, name="spring-cookies-octo-jane", submitted=None)
    numbers = WholeNumbers.of(chosen, grader.settings.course)
    run = Run("spring", "cookies", "octo-jane", "individual", "submit/", "commit", "release", "review")
    tests = publishing.result(Graded(report, numbers, is_enough=True), run)["tests"]
    told = {
        test["id"]: (test["status"], *(test[key] / numbers.factor for key in ("score", "max-score"))) for test in tests
    }
    return verdicts(to_dict(report)) | told


def without_browser(verdicts: Verdicts, activity: str) -> Verdicts:
    browser = {check.id for check in activity_named(activity).checks if "browser" in check.groups}
    return {id_: verdict for id_, verdict in verdicts.items() if id_ not in browser}


QUICK = [golden for golden in GOLDEN if "endless" not in golden.folder.name]
WAYS = {"check": by_check_kept_warm, "plugin": by_plugin, "gradescope": by_gradescope, "classroom50": by_classroom50}
IN_TURN = list(zip(GOLDEN[::2], itertools.cycle(WAYS)))
Batch = dict[str, dict[str, Any]]


@pytest.mark.parametrize(("golden", "way"), IN_TURN, ids=str)
def test_each_way_says_the_same_as_batch(
    golden: Golden,
    way: str,
    graded_class: Batch,  # noqa: F811 - the fixture
    warm: Grader,
) -> None:
    activity = golden.activity
    said = WAYS[way](golden.folder / "submission", activity, warm)
    assert without_browser(said, activity) == without_browser(verdicts(graded_class[str(golden)]), activity)


@pytest.mark.parametrize("golden", QUICK[::25], ids=str)
def test_the_whole_command_says_the_same_as_batch(golden: Golden, graded_class: Batch) -> None:  # noqa: F811
    said = by_check(golden.folder / "submission", golden.activity, "--skip", "browser")
    batch = verdicts(graded_class[str(golden)])
    assert without_browser(said, golden.activity) == without_browser(batch, golden.activity)


@pytest.mark.parametrize("golden", QUICK[::60], ids=str)
def test_and_with_its_browser(golden: Golden, graded_class: Batch) -> None:  # noqa: F811
    assert by_check(golden.folder / "submission", golden.activity) == verdicts(graded_class[str(golden)])
