"""A whole class from the golden submissions, each with a document: how many decisions its queue takes, none wrong."""

from __future__ import annotations

import io
import random
import threading
import zipfile
from pathlib import Path

import pytest

from grader.classroom.class_request import ClassRequest
from grader.classroom.dispatcher import Unwatched
from grader.classroom.review.review_items import ReviewItem
from grader.classroom.session import ClassSession, Verdict
from grader.rubric import Status
from tests.classroom.test_session import ISOLATION
from tests.conftest import ROOT
from tests.how_many import some_of
from tests.packing import files_in, write_folder
from tests.test_submissions import GOLDEN, Golden

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]

DOCUMENT = (ROOT / "reference_app" / "activity_11_2" / "Screenshots.docx").read_bytes()
ASKED = ClassRequest(activity="activity-11.2", workers=2, skip=frozenset({"browser"}), isolation=ISOLATION)
MOST_DECISIONS = 12
SHOWN_BY = {"shot-2": "home", "shot-4": "add-page", "shot-7": "display-found", "shot-8": "display-missing"}
"""Which check says whether the app displays what a right screenshot shows."""


def swapped(document: bytes, *numbers: int) -> bytes:
    """The same document with some of its pictures at each other's places."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as before, zipfile.ZipFile(out, "w") as after:
        pictures = sorted((name for name in before.namelist() if name.startswith("word/media/")), key=_number)
        wanted = [pictures[number - 1] for number in numbers]
        instead = dict(zip(wanted, [*wanted[1:], wanted[0]], strict=True))
        for entry in before.infolist():
            after.writestr(entry.filename, before.read(instead.get(entry.filename, entry.filename)))
    return out.getvalue()


def _number(name: str) -> int:
    return int("".join(filter(str.isdigit, name.rpartition("/")[2])))


def what_it_must_get(item: ReviewItem, golden: Golden) -> str:
    """The reference app's screenshots count for whose app does that, too, as the golden submission is known to do."""
    if golden.expected("loads") != "passed":
        return "failed"
    check = SHOWN_BY.get(item.result.id)
    if check is not None:
        return "passed" if golden.expected(check) == "passed" else "failed"
    return "failed"  # it shows code that is not the student's


@pytest.mark.parametrize("students", some_of([24, 100], always=1, endurance=0))
def test_the_queue_of_a_class_in_a_dozen_decisions(tmp_path: Path, students: int) -> None:
    chosen = [
        golden
        for golden in GOLDEN
        if golden.activity == "activity-11.2" and (golden.folder / "submission" / "app.py").is_file()
    ]
    class_ = {golden.folder.name: golden for golden in random.Random(17).sample(chosen, students)}
    swapper = next(name for name, golden in class_.items() if golden.expected("display-found") == "passed")
    export = {
        f"{name}/{path}": data
        for name, golden in class_.items()
        for path, data in files_in(golden.folder / "submission").items()
    }
    export |= {f"{name}/Screenshots.docx": DOCUMENT for name in class_}
    export[f"{swapper}/Screenshots.docx"] = swapped(DOCUMENT, 2, 4, 8)
    write_folder(tmp_path / "class", export)
    with ClassSession.create([tmp_path / "class"], tmp_path / "out", ASKED) as session:
        session.grade(Unwatched(), threading.Event())
        decisions = 0
        while groups := session.groups():
            group = groups[0]
            decided = {what_it_must_get(item, class_[item.name]) for item in group.items}
            assert len(decided) == 1, [(item.key, item.result.message) for item in group.items]
            assert session.decide(
                [Verdict.on(item, Status(next(iter(decided)))) for item in group.items], "Decided at once."
            ).made
            decisions += 1
        waited = sum(len(one.decisions) for one in session.standings())
    assert waited > len(class_)
    assert decisions <= MOST_DECISIONS, f"{waited} checks of {students} students"
