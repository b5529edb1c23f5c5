"""The same hand-in gets the same report at every door.

The doors are those of `in_process`, each with its own way to a report but without a program to start, and those of
`programs`, as their users start them.  Whole reports are compared, all but times and names.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.grading import Grader, Settings
from grader.model.faults import Code, InputError
from tests.conftest import ISOLATIONS, LIMITS, ROOT
from tests.how_many import some_of
from tests.packing import files_in
from tests.test_submissions import GOLDEN, Golden

from . import programs
from .in_process import ASKING, DOORS, HAND_IN, REPORTING, WITHOUT, comparable
from .kinds import KINDS

Report = dict[str, Any]


@pytest.fixture(scope="module")
def warm() -> Iterator[Grader]:
    with Grader(Settings(isolation=ISOLATIONS[0], limits=LIMITS, skip=WITHOUT, keep_warm=True)) as grader:
        yield grader


def placed(golden: Golden, place: Path) -> Path:
    shutil.copytree(golden.folder / HAND_IN, place / HAND_IN)
    return place


def written(files: dict[str, bytes], place: Path) -> Path:
    (place / HAND_IN).mkdir()
    for path, content in files.items():
        (place / HAND_IN / path).parent.mkdir(parents=True, exist_ok=True)
        (place / HAND_IN / path).write_bytes(content)
    return place


def agree(told: Report, reference: Report) -> None:
    """Compare all that a door tells: the plugin has no report around its checks."""
    for one, other in zip(told["checks"], reference["checks"], strict=True):
        assert one == other
    assert told == {name: reference[name] for name in told}


IN_TURN = list(zip(GOLDEN, itertools.cycle(door for door in DOORS if door != "batch")))


@pytest.mark.parametrize(("golden", "door"), some_of(IN_TURN, always=12, endurance=0), ids=str)
def test_each_golden_submission_gets_the_same_at_a_door_as_in_a_class(
    golden: Golden, door: str, warm: Grader, tmp_path: Path
) -> None:
    place = placed(golden, tmp_path)
    agree(
        comparable(DOORS[door](place, golden.activity, warm)), comparable(DOORS["batch"](place, golden.activity, warm))
    )


@pytest.mark.parametrize("golden", some_of(GOLDEN, always=0, endurance=10), ids=str)
def test_each_golden_submission_gets_the_same_at_every_door(golden: Golden, warm: Grader, tmp_path: Path) -> None:
    place = placed(golden, tmp_path)
    told = {name: comparable(door(place, golden.activity, warm)) for name, door in DOORS.items()}
    for report in told.values():
        agree(report, told["check"])


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_that_is_no_app_gets_the_same_at_every_door(kind: str, warm: Grader, tmp_path: Path) -> None:
    one = KINDS[kind]
    place = written(one.files(), tmp_path)
    told = {name: comparable(door(place, "11.2", warm)) for name, door in REPORTING.items()}
    reference = told["batch"]
    checks = {check["id"]: check for check in reference["checks"]}
    assert one.says in checks["loads"]["message"]
    assert (checks["loads"]["status"], checks["document"]["status"]) == one.status
    for name, door in ASKING.items():
        if not one.refused:
            told[name] = comparable(door(place, "11.2", warm))
            continue
        with pytest.raises(InputError) as refused:
            door(place, "11.2", warm)
        assert refused.value.code is not Code.WRONG_USE
        assert refused.value.message.replace(str(place / HAND_IN), HAND_IN) == checks["loads"]["message"]
    for report in told.values():
        agree(report, reference)


def in_folder(folder: Path) -> Callable[[], dict[str, bytes]]:
    return lambda: files_in(folder)


WHOLE = {"all of 11.2": in_folder(ROOT / "reference_app" / "activity_11_2")}
WHOLE |= {kind: KINDS[kind].files for kind in ("document alone", "encrypted")}
REST = {kind: one.files for kind, one in KINDS.items() if kind not in WHOLE}
REST |= {str(golden): in_folder(golden.folder / HAND_IN) for golden in GOLDEN if golden.activity == "activity-11.2"}


@pytest.mark.long
@pytest.mark.parametrize(
    "kind", [*some_of(WHOLE, always=len(WHOLE), endurance=0), *some_of(REST, always=0, endurance=1)]
)
def test_the_programs_that_users_start_tell_the_same(kind: str, tmp_path: Path) -> None:
    place = written((WHOLE | REST)[kind](), tmp_path)
    reference = programs.batch(place, "activity-11.2").report
    told = {name: program(place, "activity-11.2") for name, program in programs.ASKING.items()}
    told["gradescope"] = programs.gradescope(place, "activity-11.2")
    loads = reference["checks"][0]
    for name, one in told.items():
        if one.report is None:
            assert name in programs.ASKING
            assert reference["submission"]["files"] == [], f"{name}: {one.said}"
            assert loads["message"] in one.said
        else:
            assert one.report == one.like(reference), name
