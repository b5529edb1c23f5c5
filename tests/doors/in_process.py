"""Every door's own way to a report, but for starting a program: all with one warm grader."""

from __future__ import annotations

import pickle
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

import grader as library
from grader.activities import activity_named
from grader.classroom.workers import worker
from grader.classroom50 import publishing
from grader.classroom50 import running as classroom50
from grader.classroom50.whole_numbers import WholeNumbers
from grader.cli.checking import Checking
from grader.gradescope import running
from grader.grading import Grader, OnDisk, OneByOne, report_of_refused
from grader.model.report import Handed
from grader.platforms.exports import HandIn
from grader.platforms.reading_exports import read_exports
from grader.report.json_report import to_dict
from tests.conftest import ISOLATIONS

WITHOUT = frozenset({"browser"})
HAND_IN = "submission"
"""The folder in a place that holds what was handed in: Gradescope calls it so."""

Door = Callable[[Path, str, Grader], dict[str, Any]]


def by_check(place: Path, activity: str, grader: Grader) -> dict[str, Any]:
    """What ``grader check`` does once its options are read, and so the GitHub action."""
    skip, isolation = grader.settings.skip, ISOLATIONS[0]
    checking = Checking(place / HAND_IN, activity, skip=skip, isolation=isolation)
    return to_dict(checking._grade(grader, None))


def by_library(place: Path, activity: str, grader: Grader) -> dict[str, Any]:
    """`grader.grade`, with a grader that need not be started."""

    @contextmanager
    def warm(settings: object) -> Iterator[Grader]:
        yield grader

    with patch("grader.grading.Grader", warm):
        return to_dict(library.grade(place / HAND_IN, activity=activity))


def by_plugin(place: Path, activity: str, grader: Grader) -> dict[str, Any]:
    """Each check is asked for by itself, as the plugin's items do; there is no report around the results."""
    gradable = grader.open(OnDisk(place / HAND_IN), activity_named(activity))
    one_by_one = OneByOne(grader, gradable)
    try:
        results = tuple(one_by_one.result(check.id) for check in gradable.activity.checks)
    finally:
        one_by_one.close()
    around = report_of_refused(OnDisk(place / HAND_IN), gradable.activity, grader.settings.course, ours="")
    mine = gradable.submission
    handed = Handed(mine.name, mine.student, mine.source, tuple(mine.files))
    told = to_dict(replace(around, results=results, submission=handed))
    return {part: told[part] for part in ("checks", "score", "submission")}


def by_gradescope(place: Path, activity: str, grader: Grader) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(place)
        return to_dict(running.grade(activity_named(activity), grader))


def by_classroom50(place: Path, activity: str, grader: Grader) -> dict[str, Any]:
    """What is published says the same, in whole numbers."""
    run = classroom50.Run(Path(HAND_IN), "spring", "cookies", "jane", "individual", "submit/", "url", "url", "url")
    chosen = activity_named(activity)
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(place)
        report = classroom50.of_checkout(run, chosen, grader)
    numbers = WholeNumbers.of(chosen, grader.settings.course)
    published = publishing.result(classroom50.GradedRun(report, numbers, is_enough=True), run)
    counted = {result.id: result for result in report.results if result.counts}
    assert {test["id"]: (test["status"], test["score"]) for test in published["tests"]} == {
        id_: (result.status.value, result.earned * numbers.factor) for id_, result in counted.items()
    }
    return to_dict(report)


def by_batch(place: Path, activity: str, grader: Grader) -> dict[str, Any]:
    """What a worker process of ``grader batch`` does with a task; its parent reports what cannot be opened."""
    task = worker.Task(_hand_in(place), activity)
    return _done(worker.grade(task, grader, place / "out", lambda _: None)(), task, grader)


def by_cluster(place: Path, activity: str, grader: Grader) -> dict[str, Any]:
    """What is opened here, travels, and is graded there."""
    from grader.classroom.workers import cluster, cluster_worker  # a second of Dask, which other workers do not need

    task = worker.Task(_hand_in(place), activity)
    ready = worker.prepare(task, grader.settings, place / "out")
    if isinstance(ready, worker.Done):
        return _done(ready, task, grader)

    graders = SimpleNamespace(one=lambda: nullcontext(grader), may_give_place=lambda: nullcontext(lambda: None))
    sent = pickle.loads(pickle.dumps(cluster._job(task, ready)))
    report = pickle.loads(pickle.dumps(cluster_worker._grade(graders, sent)))
    return _done(ready.publish(report, place / "out"), task, grader)


def _hand_in(place: Path) -> HandIn:
    """Find it in an export of a class of two."""
    if not (place / "class").exists():
        shutil.copytree(place / HAND_IN, place / "class" / HAND_IN)
        (place / "class" / "other").mkdir()
        (place / "class" / "other" / "app.py").write_text("print(1)")
    return next(one for one in read_exports([place / "class"]).hand_ins if one.name == HAND_IN)


def _done(done: worker.Done, task: worker.Task, grader: Grader) -> dict[str, Any]:
    if done.entry is not None:
        return done.entry.report
    assert done.unopened is not None, done
    asked = activity_named(task.activity or "")
    return to_dict(report_of_refused(task.hand_in, asked, grader.settings.course, fault=done.unopened, skip=WITHOUT))


ASKING: dict[str, Door] = {"check": by_check, "library": by_library, "plugin": by_plugin}
"""Doors where somebody grades one hand-in and can be asked: what cannot be opened is refused."""
REPORTING: dict[str, Door] = {
    "gradescope": by_gradescope,
    "classroom50": by_classroom50,
    "batch": by_batch,
    "cluster": by_cluster,
}
"""Doors where every hand-in gets a report, whatever it is."""
DOORS = ASKING | REPORTING


# When the app was asked, and so long after; and what is made up for each app.
_EACH_TIME = re.compile(r"(expires=|Oatmeal )(?:\w{3}, [\w :]+ GMT|[0-9a-f]{10})")


def comparable(report: dict[str, Any]) -> dict[str, Any]:
    """Leave out when it was graded, how long it took, and what the hand-in is called there."""
    handed = report.get("submission", {})
    plain = _renamed(report, handed.get("source", HAND_IN))
    plain["checks"] = [{**check, "seconds": 0} for check in plain["checks"]]
    for name in ("started", "seconds"):
        plain.pop(name, None)
    return plain


def _renamed(value: Any, source: str) -> Any:
    if isinstance(value, dict):
        return {name: _renamed(inner, source) for name, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, source) for inner in value]
    return _EACH_TIME.sub(r"\1…", value.replace(source, HAND_IN)) if isinstance(value, str) else value
