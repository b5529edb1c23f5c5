"""``grader batch`` run again, stopped, or pointed at the wrong place: nothing is lost or changed without a word."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.classroom.journal import Journal
from grader.classroom.journal_file import FILE
from grader.classroom.workers.worker import Task, prepare
from grader.cli import cli
from grader.grading import Settings
from grader.model.faults import CannotBeRead, InputError
from grader.model.hand_in_limits import HandInLimits
from grader.sandbox.isolation import sandbox_wall
from tests.packing import files_in, write_folder

ROOT = Path(__file__).parent.parent.parent
APP = files_in(ROOT / "reference_app" / "discussion_11_1")["app.py"]
OTHER_ACTIVITY = files_in(ROOT / "reference_app" / "activity_11_2")["app.py"]
ISOLATION = "sandbox" if sandbox_wall().works else "process"
RAR = b"Rar!\x1a\x07\x01\x00"
COURSE = '[activities."discussion-11.1"]\ndue = 2026-11-01T23:59:00Z\n[late]\npercent-per-day = 10\n'


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, list(map(str, words)), standalone_mode=False)


def batch(*words: object, activity: str | None = "discussion-11.1") -> Result:
    named = ["--activity", activity] if activity else []
    return run("batch", *words, "--isolation", ISOLATION, "--workers", "1", "--skip", "browser", *named)


def refused(result: Result) -> str:
    assert isinstance(result.exception, InputError), result.output
    return result.exception.message


def earned(out: Path) -> dict[str, float]:
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["name"]: float(row["earned"]) for row in csv.DictReader(file)}


def config(folder: Path, text: str) -> Path:
    path = folder / "grader.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_what_was_decided_about_an_archive_holds_for_that_archive(tmp_path: Path, out: Path) -> None:
    class_ = write_folder(tmp_path / "class", {"doe/work.rar": RAR + b"one", "roe/app.py": APP})
    batch(class_, "--out", out)
    run("review", out, "--set", "doe", "port", "passed")
    decided = earned(out)["doe"]
    assert decided > 0
    points = config(tmp_path, '[activities."discussion-11.1".points]\nstring = 80\n')
    batch(class_, "--out", out, "--config", points)
    assert earned(out)["doe"] == decided
    (class_ / "doe" / "work.rar").write_bytes(RAR + b"two")
    batch(class_, "--out", out, "--config", points)
    assert earned(out)["doe"] == 0


def test_the_same_file_handed_in_later_is_late(tmp_path: Path, out: Path) -> None:
    course = config(tmp_path, COURSE)
    name = "Hw_jdoe_attempt_2026-11-{}-10-00-00_app.py"
    class_ = write_folder(tmp_path / "class", {name.format("01"): APP})
    batch(class_, "--out", out, "--config", course)
    in_time = earned(out)["jdoe"]
    write_folder(class_, {name.format("04"): APP})
    batch(class_, "--out", out, "--config", course)
    assert earned(out)["jdoe"] == pytest.approx(0.7 * in_time)


def test_late_without_a_time_is_left_to_a_person(tmp_path: Path, out: Path) -> None:
    class_ = write_folder(
        tmp_path / "class", {"doejane_LATE_11_901_app.py": APP, "roerick_12_902_app.py": APP, "kim_13_903_app.py": APP}
    )
    batch(class_, "--out", out, "--config", config(tmp_path, COURSE))
    (note,) = (
        note for note in json.loads((out / "reports/doejane/report.json").read_bytes())["notes"] if "late" in note
    )
    assert "nothing was taken off" in note


def test_what_this_machine_cannot_read_is_not_the_students_fault(tmp_path: Path, monkeypatch) -> None:
    from grader.platforms.reading_exports import read_exports

    class_ = write_folder(tmp_path / "class", {"doe/app.py": APP, "roe/app.py": APP})
    doe, _ = read_exports([class_]).hand_ins

    def broken(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", broken)
    with pytest.raises(CannotBeRead, match="Permission denied"):
        doe.open(HandInLimits())
    done = prepare(Task(doe, "discussion-11.1"), Settings("process"), tmp_path)
    assert done.accident is not None
    assert "Permission denied" in done.accident


def test_a_link_to_another_folder_is_said(tmp_path: Path, out: Path) -> None:
    elsewhere = write_folder(tmp_path / "elsewhere", {"roe/app.py": APP})
    class_ = write_folder(tmp_path / "class", {"doe/app.py": APP, "kim/app.py": APP})
    (class_ / "roe").symlink_to(elsewhere / "roe")
    assert f"not followed: {class_ / 'roe'}" in batch(class_, "--out", out).stderr


def test_who_answers_something_else_is_said(tmp_path: Path, out: Path) -> None:
    files = {"doe/app.py": APP, "kim/app.py": APP + b"# kim", "roe/app.py": OTHER_ACTIVITY}
    said = batch(write_folder(tmp_path / "class", files), "--out", out, activity=None).stdout
    assert "Most answer discussion-11.1, but roe activity-11.2." in said


CANVAS = "Student,ID,SIS Login ID,Section,{}\nJane,11,jane,A,,\nRick,12,rick,A,,\n"


@pytest.fixture
def canvas(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "class", {"jane_11_901_app.py": APP, "rick_12_902_app.py": APP})


def gradebook(folder: Path, *columns: str) -> Path:
    path = folder / "gradebook.csv"
    path.write_text(CANVAS.format(",".join(columns)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "options", [["--column", "Homework 3"], []], ids=["a column that is not there", "a column of another kind"]
)
def test_a_column_that_does_not_fit_is_refused_before_anything_is_graded(canvas, tmp_path, out, options) -> None:
    book = gradebook(tmp_path, "Activity 11.1 (501)", "Activity 11.2 (502)")
    assert "no column for" in refused(batch(canvas, "--out", out, "--gradebook", book, *options))
    assert not out.exists()


def test_a_column_that_is_missed_later_costs_only_that_file(canvas: Path, tmp_path: Path, out: Path) -> None:
    book = gradebook(tmp_path, "Homework 3 (501)", "Homework 4 (502)")
    result = batch(canvas, "--out", out, "--gradebook", book, activity=None)
    assert result.return_value == 0
    assert "canvas.csv was not written" in result.stdout
    assert "--column" in result.stdout
    assert set(earned(out)) == {"jane", "rick"}
    assert (out / "canvas-reports.zip").exists()


def test_no_file_of_the_users_is_overwritten(canvas: Path, out: Path) -> None:
    out.mkdir()
    book = gradebook(out, "Discussion 11.1 (501)", "Activity 11.2 (502)").rename(out / "canvas.csv")
    before = book.read_bytes()
    assert "canvas.csv" in refused(batch(canvas, "--out", out))
    assert "would be overwritten" in refused(batch(canvas, "--out", out, "--gradebook", book))
    assert book.read_bytes() == before


def test_a_file_of_an_earlier_run_is_said(canvas: Path, tmp_path: Path, out: Path) -> None:
    book = gradebook(tmp_path, "Discussion 11.1 (501)", "Activity 11.2 (502)")
    batch(canvas, "--out", out, "--gradebook", book)
    assert (
        "From an earlier run, with grades that may have changed since: canvas.csv."
        in batch(canvas, "--out", out).stdout
    )


def test_a_journal_that_is_put_aside_is_kept(canvas: Path, out: Path) -> None:
    out.mkdir()
    for content, place in ((b"one", "journal.old"), (b"two", "journal.old1")):
        (out / FILE).write_bytes(content * 100)
        assert place in batch(canvas, "--out", out, "--fresh").stderr
        assert (out / place).read_bytes() == content * 100


def test_who_is_not_graded_yet_is_said(canvas: Path, out: Path) -> None:
    batch(canvas, "--out", out)
    with Journal(out) as journal:
        jane = journal.entry("jane")
        journal.forget()  # as --fresh does, stopped after the first
        assert jane is not None
        journal.record(jane)
    said = run("review", out, "--set", "jane", "port", "passed").stdout
    assert "1 hand-in not graded yet" in said


def test_one_check_is_decided_once(canvas: Path, out: Path) -> None:
    batch(canvas, "--out", out)
    before = earned(out)
    words = ["--set", "jane", "port", "passed", "--set", "jane", "port", "failed"]
    assert "port of jane is named twice" in refused(run("review", out, *words))
    assert earned(out) == before
