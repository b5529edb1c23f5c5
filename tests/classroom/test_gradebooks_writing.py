"""What is written for people and for uploading: exact points, no formulas, reports under the platform's names."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.faults import InputError
from grader.model.outcome import Evidence, Status
from grader.platforms.exports import HandIn, Person
from grader.platforms.gradebooks import GradedHandIn, grades_csv
from grader.platforms.gradebooks.points import written
from grader.platforms.gradebooks.table import safe_cell
from grader.platforms.moodle.gradebook import comment
from grader.platforms.reading_exports import read_exports
from grader.platforms.writing_grades import write_gradebooks
from grader.report.writing_reports import write_reports
from tests.packing import APP, write_zip

from .grading import hand_in, report, rows_of
from .made_class import screenshot


def test_grades_csv_has_a_row_for_each_student() -> None:
    group = HandIn("submission_1", "s", "Gradescope", people=(Person("Doe, Jane"), Person("Zoë")), late=True)
    content = grades_csv([GradedHandIn(group, report(10.0, 3.3, 3.3, 3.3, pending=2))])
    assert content.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert (first["student"], second["student"]) == ("Doe, Jane", "Zoë")
    assert (first["passed"], first["partial"], first["review"], first["late"]) == ("1", "3", "2", "yes")
    assert (first["earned"], first["pending"], first["maximum"], first["percent"]) == ("19.9", "20", "60", "49.75")
    assert (first["pending checks"], first["check-1"], first["shot-0"]) == ("shot-0, shot-1", "partial", "review")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\\x0d=1"),
        ("  =1", "'  =1"),
        ("-12.5", "-12.5"),
        ("+3", "+3"),
        ("-", "-"),
        ("Jane\u202e", "Jane\\u202e"),
        ("O'Brien", "O'Brien"),
        ("70", "70"),
    ],
)
def test_no_cell_is_a_formula_and_numbers_stay_numbers(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_a_name_that_is_a_formula_is_text_in_every_file(tmp_path: Path) -> None:
    evil = hand_in("evil", "=cmd()", "Moodle", moodle="1")
    write_gradebooks([GradedHandIn(evil, report(1.0))], tmp_path)
    for name in ("grades.csv", "moodle.csv"):
        cells = [cell for row in rows_of((tmp_path / name).read_bytes()) for cell in row]
        assert "'=cmd()" in cells
        assert not any(cell.startswith("=") for cell in cells)


@given(st.text())
def test_any_text_is_one_cell_and_no_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(("=", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction("0.1") + Fraction("0.2"), "0.3"),
        (Fraction(100, 3), "33.33333"),
        (Fraction(70), "70"),
        (Fraction("12.50"), "12.5"),
        (Fraction(0), "0"),
        (Fraction(100), "100"),
    ],
)
def test_points_are_written_without_noise(number: Fraction, text: str) -> None:
    assert written(number) == text


@pytest.mark.parametrize(
    ("file", "uploaded"),
    [
        ("Jane Doe_12_assignsubmission_file/app.py", "Jane Doe_12_assignsubmission_file/report.html"),
        ("Jane Doe_12_assignsubmission_file_/app.py", "Jane Doe_12_assignsubmission_file_/report.html"),
        ("Jane Doe_12_assignsubmission_file_app.py", "Jane Doe_12_assignsubmission_file_report.html"),
        ("doejane_LATE_12_345_app.py", "doejane_LATE_12_345_report.html"),
        ("anon_aB3_345_app.py", "anon_aB3_345_report.html"),
    ],
)
def test_reports_go_back_under_the_names_that_the_platform_wrote(tmp_path: Path, file: str, uploaded: str) -> None:
    (found,) = read_exports([write_zip(tmp_path / "e.zip", {file: APP})]).hand_ins
    place = tmp_path / "out" / "reports" / found.name
    place.mkdir(parents=True)
    (place / "report.html").write_text("the report")
    made = write_gradebooks([GradedHandIn(found, report(1.0))], tmp_path / "out", reports=tmp_path / "out" / "reports")
    with zipfile.ZipFile(made.files[-1]) as archive:
        assert archive.namelist() == [uploaded]
        assert archive.read(uploaded) == b"the report"
    assert made.files[-1].name == ("canvas-reports.zip" if found.platform == "Canvas" else "moodle-feedback.zip")


def test_the_pictures_that_a_report_leads_to_go_back_with_it_whole(tmp_path: Path) -> None:
    """Each link of the page leads to a file of the zip beside it; what a stranger's link names does not go along."""
    (found,) = read_exports([write_zip(tmp_path / "e.zip", {"doejane_12_345_app.py": APP})]).hand_ins
    whole, shown = screenshot(1, 1), screenshot(1, 0)
    picture = Evidence(
        "picture",
        "Picture 1",
        "evidence/shot-1-1.png",
        shown,
        original="evidence/shot-1-1.original.png",
        original_data=whole,
    )
    graded = report(1.0)
    graded = replace(graded, results=(replace(graded.results[0], evidence=(picture,)), *graded.results[1:]))
    place = tmp_path / "out" / "reports" / found.name
    write_reports(graded, place)
    page = (place / "report.html").read_text("utf-8")
    (place / "report.html").write_text(f'{page}<a href="evidence/../report.json">', encoding="utf-8")
    made = write_gradebooks([GradedHandIn(found, graded)], tmp_path / "out", reports=tmp_path / "out" / "reports")
    with zipfile.ZipFile(made.files[-1]) as archive:
        assert archive.namelist() == ["doejane_12_345_report.html", "doejane_12_345_pictures.zip"]
        with zipfile.ZipFile(io.BytesIO(archive.read("doejane_12_345_pictures.zip"))) as pictures:
            assert {name: pictures.read(name) for name in pictures.namelist()} == {picture.original: whole}


def test_who_has_no_report_to_give_back_is_named(tmp_path: Path) -> None:
    made = write_gradebooks([GradedHandIn(hand_in("typed", canvas="1"), report(1.0))], tmp_path, reports=tmp_path)
    assert "canvas-reports.zip holds no report for typed." in made.notes


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="grades were not written"):
        write_gradebooks([GradedHandIn(hand_in("x"), report(1.0))], tmp_path / "file" / "out")


def test_moodles_comments_are_sentences_for_the_student() -> None:
    whole = report(10.0, 5.0, 0.0, 0.0)
    said = [
        {},
        {"status": Status.PARTIAL, "message": "`/` displays <b>Hi</b>.", "hint": "Write Hello."},
        {"status": Status.FAILED, "message": "It is blurred.", "note": "Take it again, please."},
        {"status": Status.BLOCKED, "message": "Not tried, because the document is missing."},
    ]
    results = [replace(result, **changes) for result, changes in zip(whole.results, said, strict=True)]
    graded = replace(whole, results=tuple(results), adjusted=-2, adjusted_because="Handed in by mail.")
    words = comment(graded)
    assert words == (
        "You have 13 of 40 points.<br>"
        "Check 1 &lt;b&gt;: / displays &lt;b&gt;Hi&lt;/b&gt;. Write Hello.<br>"
        "Check 2 &lt;b&gt;: Take it again, please.<br>"
        "Some checks could not be tried because of that.<br>"
        "2 points are taken off: Handed in by mail."
    )
    rows = rows_of(grades_csv([GradedHandIn(hand_in("doe", "Doe, Jane"), graded)]))
    row = dict(zip(*rows, strict=True))
    assert (row["earned"], row["points added"], row["why"]) == ("13", "-2", "Handed in by mail.")
    assert row["notes"] == "check-2: Take it again, please."
