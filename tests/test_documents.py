"""What a hand-in's Word document gets, from the file to the statuses."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import docx
import pytest
from PIL import Image

from grader.activities import activity_named
from grader.grading import Grader, Settings
from grader.report.json_report import from_dict, to_dict
from grader.report.writing_reports import write_reports
from grader.rubric import Report, Status
from grader.submission import open_submission

from .conftest import ISOLATIONS, ROOT
from .document.build import Build, numbered

pytestmark = pytest.mark.long  # they look at the same pictures again and again

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
        ("Report.docx.lnk", b"L\0\0\0", "Report.docx.lnk"),
        ("Report.pptx", b"PK\x03\x04", "Report.pptx"),
    ],
    ids=["empty", "renamed PDF", "PDF", "damaged", "shortcut", "presentation"],
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


@pytest.fixture
def reference(tmp_path):
    """Copies a reference app with its Word document, to be changed."""

    def copy(activity: str) -> Path:
        return Path(shutil.copytree(ROOT / "reference_app" / activity, tmp_path / activity))

    return copy


def change(folder: Path, *pairs: tuple[str, str]) -> Path:
    app = folder / "app.py"
    code = app.read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in code
        code = code.replace(before, after)
    app.write_text(code, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("activity", "name"), [("activity_11_1", "11.1"), ("activity_11_2", "11.2")])
def test_the_reference_documents_get_full_marks(grader, activity, name):
    """Where this fails because an app has changed: python -m tests.document.reference_documents."""
    report = grade(grader, ROOT / "reference_app" / activity, name)
    assert set(shots(report).values()) == {"passed"}
    assert report.score.earned == report.score.maximum


def test_a_document_by_itself_is_checked_by_itself(grader):
    report = grade(grader, ROOT / "reference_app" / "activity_11_2" / "Screenshots.docx")
    assert [result.id for result in report.results] == ["document", *(f"shot-{number}" for number in range(1, 11))]
    assert set(shots(report).values()) == {"passed"}


def test_a_page_that_the_app_no_longer_gives_is_pointed_out(grader, reference):
    report = grade(grader, change(reference("activity_11_2"), ('"Cookie added!"', '"All is well"')))
    # Picture 3 is of the code with these words, so that it is another's as well.
    assert {id_ for id_, status in shots(report).items() if status != "passed"} == {"shot-3", "shot-4"}
    assert result(report, "shot-3").observed == 'response = make_response("Cookie added!")'
    assert result(report, "shot-4").status is Status.REVIEW
    # The message is the same for every student, so that they are one question; what differs stands beside it.
    assert "other words than the app that is handed in" in result(report, "shot-4").message
    assert (result(report, "shot-4").expected, result(report, "shot-4").observed) == ("All is well", "Cookie added!")


def test_code_that_is_not_in_the_app_is_pointed_out(grader, reference):
    changed = ("response.set_cookie(COOKIE_NAME, max_age=0)", "response.delete_cookie(COOKIE_NAME)")
    report = grade(grader, change(reference("activity_11_2"), changed))
    assert {id_ for id_, status in shots(report).items() if status != "passed"} == {"shot-9"}
    assert "other code than app.py" in result(report, "shot-9").message
    assert "max_age=0" in result(report, "shot-9").observed


def test_pages_of_an_app_that_does_not_run_are_left_to_a_person_and_code_is_not(grader, reference):
    report = grade(grader, change(reference("activity_11_2"), ("app = Flask(__name__)", "app = Flask(__name__")))
    reviewed = {id_ for id_, status in shots(report).items() if status == "review"}
    assert reviewed == {"shot-2", "shot-4", "shot-7", "shot-8"}
    assert result(report, "loads").status is Status.FAILED


MOVED_ON = """from flask import Flask, render_template
app = Flask(__name__)
@app.route("/", methods=["GET"])
def index():
    return render_template("index.html")
app.run(port=5000)
"""


@pytest.mark.parametrize(("document", "status"), [(True, "passed"), (False, "review")])
def test_steps_that_the_app_has_left_behind_are_confirmed_by_their_screenshots(grader, reference, document, status):
    folder = reference("activity_11_1")
    (folder / "app.py").write_text(MOVED_ON, encoding="utf-8")
    if not document:
        (folder / "Screenshots.docx").unlink()
    report = grade(grader, folder, "11.1")
    assert result(report, "get-text").status.value == status
    assert result(report, "get-html").status.value == status


def test_screenshots_of_another_app_do_not_confirm_a_step(grader, reference):
    folder = reference("activity_11_1")
    (folder / "app.py").write_text(MOVED_ON, encoding="utf-8")
    shutil.copy(ROOT / "reference_app" / "activity_11_2" / "Screenshots.docx", folder)
    report = grade(grader, folder, "11.1")
    assert result(report, "get-text").status is Status.REVIEW
    assert "failed" not in {result(report, "get-html").status.value, result(report, "shot-3").status.value}


def test_reports_show_the_pictures_and_what_was_read(tmp_path):
    folder = ROOT / "reference_app" / "activity_11_2"
    with Grader(Settings(isolation=ISOLATIONS[0], screenshots=True, pictures=True)) as grader:
        report = grade(grader, folder)
    write_reports(report, tmp_path, formats=("json", "html", "docx"))
    seen = result(report, "shot-4").evidence[0]
    assert (seen.kind, seen.path, seen.beside) == ("picture", "evidence/shot-4-1.png", "evidence/add-browser-1.png")
    assert seen.read[0].startswith("localhost:88/addCookie")
    assert seen.read[1:] == ("Cookie added!",)
    assert 1_000 < len(seen.data) < 100_000
    assert from_dict(to_dict(report)).results[-1].evidence[0].beside == "evidence/remove-browser-2.png"
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert len(set(re.findall(r'href="(evidence/shot-\d+-1\.original\.png)"><img src="data:', page))) == 10
    visits = re.findall(r'href="#(visit-\d+)">What the grader\'s own browser saw', page)
    assert len(visits) == 5
    assert all(f'id="{visit}"' in page for visit in visits)
    sheet, seen_by_browser = docx.Document(str(tmp_path / "report.docx")).tables
    cells = [cell for row in sheet.rows for cell in row.cells if cell.text]
    assert all(len(cell._tc.xpath(".//w:drawing")) == 1 for cell in cells)
    assert [cell.text.startswith(f"Screenshot {number}:") for number, cell in enumerate(cells, 1)] == 10 * [True]
    assert all(len(row.cells[1]._tc.xpath(".//w:drawing")) == 1 for row in seen_by_browser.rows[1:])
