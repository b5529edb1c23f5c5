"""What a hand-in's Word document gets, from the file to the statuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from grader.activities import activity_named
from grader.grading import Grader, Settings
from grader.rubric import Report, Status
from grader.submission import open_submission

from .conftest import ISOLATIONS, ROOT
from .document.build import Build, numbered

ITEMS_OF_11_1 = ["1 code", "1 browser", "2 code", "2 browser", "3", "4"]


@pytest.fixture(scope="module")
def grader():
    with Grader(Settings(isolation=ISOLATIONS[0], skip=frozenset({"browser"}))) as grader:
        yield grader


def hand_in(folder: Path, activity: str, document: Build | bytes | None, name: str = "Report.docx") -> Path:
    app = ROOT / "reference_app" / activity / "app.py"
    (folder / "app.py").write_bytes(app.read_bytes())
    if isinstance(document, Build):
        document.save(folder / name)
    elif document is not None:
        (folder / name).write_bytes(document)
    return folder


def grade(grader: Grader, folder: Path, activity: str = "11.2") -> Report:
    return grader.grade(open_submission(folder), activity_named(activity))


def shots(report: Report) -> dict[str, str]:
    return {result.id: result.status.value for result in report.results if result.id.startswith("shot-")}


def result(report: Report, check: str):
    return next(result for result in report.results if result.id == check)


def with_pictures(*numbers: int, blank: int | None = None, again: tuple[int, int] | None = None) -> Build:
    document = Build()
    for number in numbers:
        picture = Image.new("RGB", (640, 400), "white") if number == blank else numbered(number)
        if again is not None and number == again[0]:
            picture = numbered(again[1])
        document.text(f"{number}.").picture(picture)
    return document


def test_ten_numbered_pictures_are_left_for_a_person(grader, tmp_path):
    report = grade(grader, hand_in(tmp_path, "activity_11_2", with_pictures(*range(1, 11)), "Übung Köppen.docx"))
    assert result(report, "document").status is Status.PASSED
    assert shots(report) == {f"shot-{number}": "review" for number in range(1, 11)}
    assert report.score.pending == 10


def test_a_missing_picture_fails_its_own_item_only(grader, tmp_path):
    report = grade(grader, hand_in(tmp_path, "activity_11_2", with_pictures(1, 2, 3, 4, 5, 7, 8, 9, 10)))
    assert [id_ for id_, status in shots(report).items() if status == "failed"] == ["shot-6"]
    assert "6" in result(report, "shot-6").message


def test_a_blank_picture_fails(grader, tmp_path):
    report = grade(grader, hand_in(tmp_path, "activity_11_2", with_pictures(*range(1, 11), blank=4)))
    assert [id_ for id_, status in shots(report).items() if status == "failed"] == ["shot-4"]
    assert "blank" in result(report, "shot-4").message


def test_a_picture_used_twice_fails_the_later_item(grader, tmp_path):
    report = grade(grader, hand_in(tmp_path, "activity_11_2", with_pictures(*range(1, 11), again=(10, 5))))
    assert [id_ for id_, status in shots(report).items() if status == "failed"] == ["shot-10"]
    assert "item 5" in result(report, "shot-10").message


def test_code_and_browser_under_one_number_in_11_1(grader, tmp_path):
    document = Build()
    for number, pictures in ((1, (11, 12)), (2, (21, 22)), (3, (31,)), (4, (41,))):
        document.text(f"{number}.")
        for picture in pictures:
            document.picture(numbered(picture))
    report = grade(grader, hand_in(tmp_path, "activity_11_1", document), "11.1")
    assert set(shots(report).values()) == {"review"}
    assert len(shots(report)) == len(ITEMS_OF_11_1)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("Report.docx", b"", "empty"),
        ("Report.docx", b"%PDF-1.7 ...", "PDF"),
        ("Report.pdf", b"%PDF-1.7 ...", "Report.pdf"),
        ("Report.docx", b"PK\x03\x04 cut short", "Report.docx"),
    ],
    ids=["empty", "renamed PDF", "PDF", "damaged"],
)
def test_a_document_that_cannot_be_read_is_named(grader, tmp_path, name, content, words):
    report = grade(grader, hand_in(tmp_path, "activity_11_2", content, name))
    assert result(report, "document").status is Status.FAILED
    assert words in result(report, "document").message
    assert set(shots(report).values()) == {"blocked"}


def test_without_a_document_the_screenshots_are_blocked(grader, tmp_path):
    report = grade(grader, hand_in(tmp_path, "activity_11_2", None))
    assert result(report, "document").status is Status.FAILED
    assert set(shots(report).values()) == {"blocked"}
