"""``grader batch`` as an instructor types it: exports in, overview, reports and gradebooks out."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.classroom.journal_file import FILE
from grader.cli import cli
from grader.cli.progress import ClassProgress, progress_bar
from grader.model.faults import InputError
from grader.sandbox.isolation import sandbox_wall
from tests.classroom.class_of import CANNOT_BE_OPENED
from tests.commands import GRADER
from tests.packing import files_in, write_folder, write_zip, zipped

ROOT = Path(__file__).parent.parent.parent
APP = files_in(ROOT / "reference_app" / "discussion_11_1")
WRONG = {"app.py": APP["app.py"].replace(b"3000", b"5000")}
ISOLATION = "sandbox" if sandbox_wall().works else "process"


def batch(*arguments: object) -> Result:
    options = ["--isolation", ISOLATION, "--workers", "1", "--activity", "discussion-11.1", "--skip", "browser"]
    return CliRunner().invoke(cli, ["batch", *map(str, arguments), *options], standalone_mode=False)


def refused(*arguments: object) -> InputError:
    result = batch(*arguments)
    assert isinstance(result.exception, InputError), result.output
    assert result.exception.hint
    return result.exception


def grades(out: Path) -> dict[str, dict[str, str]]:
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Discussion 11.1 (501)
    Points Possible,,,,,10
"Doe, Jane",11,s11,jdoe,A,
"Ñandú, José",12,s12,jose,A,
"Zhang, 伟",13,s13,wei,A,
"""


@pytest.fixture
def canvas(tmp_path: Path) -> Path:
    return write_zip(
        tmp_path / "submissions.zip",
        {
            "doejane_11_901_work.zip": zipped(APP),
            "ñandújosé_LATE_12_902_app.py": WRONG["app.py"],
            "zhang伟_13_903_work.rar": b"Rar!\x1a\x07\x01\x00" + bytes(40),
        },
    )


def test_starting_over_loses_nothing_where_nobody_can_grade(canvas: Path, tmp_path: Path) -> None:
    batch(canvas, "--out", tmp_path / "out")
    before = (tmp_path / "out" / "reports" / "doejane" / "report.json").read_bytes()
    words = ["batch", canvas, "--out", tmp_path / "out", "--fresh", "--cluster", "127.0.0.1:1"]
    done = subprocess.run([*GRADER, *map(str, words)], capture_output=True, text=True, check=False)
    assert "cannot be reached" in done.stderr
    assert (tmp_path / "out" / "reports" / "doejane" / "report.json").read_bytes() == before


def test_a_document_counts_where_the_app_was_forgotten(tmp_path: Path) -> None:
    document = (ROOT / "reference_app" / "activity_11_2" / "Screenshots.docx").read_bytes()
    write_folder(tmp_path / "class", {"doe/Screenshots.docx": document, "roe/app.py": APP["app.py"]})
    words = ["batch", tmp_path / "class", "--out", tmp_path / "out", "--activity", "11.2", "--skip", "browser"]
    CliRunner().invoke(cli, [*map(str, words), "--isolation", ISOLATION], standalone_mode=False)
    report = json.loads((tmp_path / "out" / "reports" / "doe" / "report.json").read_bytes())
    checks = {check["id"]: check for check in report["checks"]}
    assert checks["loads"]["status"] == "failed"
    assert "No Python file" in checks["loads"]["message"]
    assert (checks["port"]["status"], checks["document"]["status"]) == ("blocked", "passed")


def test_canvas_from_the_export_to_the_upload(canvas: Path, tmp_path: Path) -> None:
    gradebook, out = tmp_path / "gradebook.csv", tmp_path / "out"
    gradebook.write_text(CANVAS, encoding="utf-8")
    result = batch(canvas, "--out", out, "--gradebook", gradebook)
    assert result.exception is None, result.exception
    assert result.return_value == 0
    assert "3 submissions: 1 with nothing wrong, 2 with mistakes" in result.stdout
    assert "Canvas" in result.stderr
    assert {path.name for path in out.iterdir()} >= {"index.html", "grades.csv", "canvas.csv", "canvas-reports.zip"}
    assert {path.name for path in (out / "reports").iterdir()} == {"doejane", "ñandújosé", "zhang伟"}
    assert set(grades(out)) == {"Doe, Jane", "Ñandú, José", "Zhang, 伟"}
    filled = (out / "canvas.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.rpartition(",")[2] for line in filled[2:]] == ["10", "7", "0"]
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Ñandú, José" in page
    assert "late" in page.lower()


def test_a_gradebook_that_comes_later_costs_no_second_grading(canvas: Path, tmp_path: Path) -> None:
    gradebook, out = tmp_path / "gradebook.csv", tmp_path / "out"
    gradebook.write_text(CANVAS, encoding="utf-8")
    assert batch(canvas, "--out", out).return_value == 0
    again = batch(canvas, "--out", out, "--gradebook", gradebook)
    assert again.stderr.count("as before") == 3
    report = json.loads((out / "reports" / "doejane" / "report.json").read_bytes())
    assert report["submission"]["student"] == "Doe, Jane"
    assert "Doe, Jane" in (out / "reports" / "doejane" / "report.html").read_text(encoding="utf-8")


def test_bad_hand_ins_among_good_ones(tmp_path: Path) -> None:
    class_ = tmp_path / "class"
    for name, content in CANNOT_BE_OPENED.items():
        (class_ / name.partition(".")[0]).mkdir(parents=True, exist_ok=True)
        (class_ / name.partition(".")[0] / name).write_bytes(content)
    write_folder(class_ / "good", APP)
    assert batch(class_, "--out", tmp_path / "out").return_value == 0
    for folder in class_.iterdir():
        report = json.loads((tmp_path / "out" / "reports" / folder.name / "report.json").read_bytes())
        assert (report["checks"][0]["status"] == "passed") == (folder.name == "good")
        assert report["checks"][0]["message"] or folder.name == "good"


def test_two_students_of_one_name(tmp_path: Path) -> None:
    for place in ("morning", "evening"):
        write_folder(tmp_path / place / "Jane Doe", APP)
        write_folder(tmp_path / place / "other", APP)
    assert batch(tmp_path / "morning", tmp_path / "evening", "--out", tmp_path / "out").return_value == 0
    reports = {path.name for path in (tmp_path / "out" / "reports").iterdir()}
    assert reports == {"Jane Doe", "Jane Doe-2", "other", "other-2"}


def test_a_real_browser_and_screenshots(tmp_path: Path) -> None:
    write_folder(tmp_path / "class" / "one", files_in(ROOT / "reference_app" / "activity_11_2"))
    arguments = ["batch", tmp_path / "class" / "one", "--out", tmp_path / "out", "--screenshots", "--skip", "document"]
    result = CliRunner().invoke(cli, [*map(str, arguments), "--isolation", ISOLATION], standalone_mode=False)
    assert result.return_value == 0, result.output
    assert "1 submission: 1 with nothing wrong" in result.stdout
    assert (tmp_path / "out" / "reports" / "one" / "evidence" / "add-browser-1.png").exists()


# What is refused, each with a sentence


def test_an_empty_export(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "empty" in refused(tmp_path / "empty", "--out", tmp_path / "out").message
    assert not (tmp_path / "out").exists()


def test_nothing_that_says_what_it_answers(tmp_path: Path) -> None:
    for name in "ab":
        write_folder(tmp_path / "class" / name, {"app.py": b"print('hello')"})
    arguments = ["batch", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--isolation", ISOLATION]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert isinstance(result.exception, InputError)
    assert "--activity" in (result.exception.hint or "")


def test_the_folder_of_another_class(tmp_path: Path) -> None:
    write_folder(tmp_path / "one" / "jane", APP)
    write_folder(tmp_path / "two" / "john", APP)
    write_folder(tmp_path / "two" / "joan", APP)
    out = tmp_path / "out"
    assert batch(tmp_path / "one" / "jane", "--out", out).return_value == 0
    assert "another class (jane)" in refused(tmp_path / "two", "--out", out).message
    assert (out / "reports" / "jane").is_dir()
    assert "out is a class that was graded, and no export" in refused(out, "--out", tmp_path / "again").message
    assert batch(tmp_path / "two", "--out", out, "--fresh").return_value == 0
    assert {path.name for path in (out / "reports").iterdir()} == {"john", "joan"}


def test_a_folder_with_something_else_in_it(tmp_path: Path) -> None:
    write_folder(tmp_path / "jane", APP)
    write_folder(tmp_path / "site", {"index.html": b"my home page"})
    assert "index.html" in refused(tmp_path / "jane", "--out", tmp_path / "site").message
    assert (tmp_path / "site" / "index.html").read_bytes() == b"my home page"


def test_out_inside_of_what_is_graded(tmp_path: Path) -> None:
    write_folder(tmp_path / "class" / "jane", APP)
    assert "lies inside" in refused(tmp_path / "class", "--out", tmp_path / "class" / "out").message


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be one" * 50, b""], ids=["other", "empty"]
)
def test_a_journal_that_is_none(tmp_path: Path, content: bytes) -> None:
    write_folder(tmp_path / "jane", APP)
    write_folder(tmp_path / "out", {FILE: content})
    if content:
        assert "no journal" in refused(tmp_path / "jane", "--out", tmp_path / "out").message
        assert (tmp_path / "out" / FILE).read_bytes() == content
    assert batch(tmp_path / "jane", "--out", tmp_path / "out", "--fresh").return_value == 0


def test_a_journal_of_another_version(tmp_path: Path) -> None:
    import sqlite3

    write_folder(tmp_path / "jane", APP)
    (tmp_path / "out").mkdir()
    journal = sqlite3.connect(tmp_path / "out" / FILE)
    journal.execute("PRAGMA user_version = 99")
    journal.close()
    assert "another version" in refused(tmp_path / "jane", "--out", tmp_path / "out").message


def test_out_that_cannot_be_written(tmp_path: Path) -> None:
    write_folder(tmp_path / "jane", APP)
    (tmp_path / "file").write_text("x")
    assert "cannot be made" in refused(tmp_path / "jane", "--out", tmp_path / "file" / "out").message
    if sys.platform == "linux":
        assert "cannot be" in refused(tmp_path / "jane", "--out", "/proc/out").message


def test_gradebooks_that_do_not_fit(canvas: Path, tmp_path: Path) -> None:
    lacking = tmp_path / "gradebook.csv"
    lacking.write_text('Student,Section\n"Doe, Jane",A\n')
    assert "ID" in refused(canvas, "--out", tmp_path / "out", "--gradebook", lacking).message
    assert "missing.csv" in refused(canvas, "--out", tmp_path / "out", "--gradebook", tmp_path / "missing.csv").message
    assert "--column" in refused(canvas, "--out", tmp_path / "out", "--column", "Discussion").message


def test_without_a_sandbox_it_stops_and_names_the_other_way(tmp_path: Path) -> None:
    write_folder(tmp_path / "jane", APP)
    environment = {**os.environ, "PATH": str(tmp_path)}
    command = [sys.executable, "-c", "from grader.cli import main; main()", "batch", str(tmp_path / "jane")]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out")], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--isolation process" in done.stderr
    assert not (tmp_path / "out").exists()


def test_lines_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    from grader.platforms.exports import HandIn, Person

    hand_in = HandIn(name="doe", source="doe", platform="Moodle", people=(Person("D\x1b[31moe\u202e"),))
    with progress_bar() as bar:
        progress = ClassProgress(bar, 20)
        progress.begun(hand_in)
        progress.ended(hand_in, None)
    said = capsys.readouterr().err
    assert said.startswith(" 1/20  D")
    assert "\x1b" not in said
    assert "\u202e" not in said
