"""What is told to GitHub about a report, and how it is written."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from grader.github import actions
from grader.model.faults import InputError, MachineFault
from grader.rubric import Environment, Handed, Report, Result, Status
from tests.packing import write_zip

from .runner import commands_in, pairs_in

STARTED = datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc)


def result(**changes):
    base = Result("home", "2", "/ displays words", Status.FAILED, 10.0, 0.0, "It does not.", file="app.py", line=3)
    return replace(base, **changes)


def report(*results, **changes):
    environment = Environment("sandbox", None, None, "3.13")
    whole = Report("0.1.0", "activity-11.2", "Cookies", Handed("x", None, "x"), results, environment, STARTED, 1.0)
    return replace(whole, **changes)


def annotations(*results):
    return commands_in("\n".join(actions.annotations_for(report(*results), lambda file: file)))


@pytest.mark.parametrize(
    ("status", "level"),
    [
        (Status.PASSED, []),
        (Status.PARTIAL, ["warning"]),
        (Status.FAILED, ["error"]),
        (Status.BLOCKED, []),
        (Status.REVIEW, ["notice"]),
        (Status.SKIPPED, []),
        (Status.ERROR, []),
    ],
)
def test_each_status_has_its_level(status, level):
    assert [command.name for command in annotations(result(status=status))] == level


def test_an_annotation_reads_back_as_it_was_meant():
    title, file = "100%: a, b %0A %25", "week 1, part: 2/app.py"
    said = "two\nlines, 100%25: `code` ::error::forged"
    (command,) = annotations(result(title=title, file=file, line=7, message=said, observed="a\r\nb", hint="Mend it."))
    assert command.properties == {"file": file, "line": "7", "title": title}
    assert command.message == f"{said}\nObserved: a\nb\nHint: Mend it."


@pytest.mark.parametrize("text", ["\x1b[31m", "\u202e", "\x00", "\u2028", "\ud83d", "\r::error::forged"])
def test_no_annotation_holds_control_or_bidirectional_characters(text):
    lines = actions.annotations_for(report(result(message=text, title=text, file=text)), lambda file: file)
    assert re.fullmatch(r"[\x20-\x7e]+", "".join(lines))
    assert len(commands_in("".join(lines))) == 1


def test_only_as_many_as_github_shows_of_each_level():
    many = [result(id=str(number)) for number in range(15)]
    several = [result(id=f"w{number}", status=Status.PARTIAL) for number in range(15)]
    names = [command.name for command in annotations(*many, *several)]
    assert names == ["error"] * 10 + ["warning"] * 10


def test_an_endless_message_is_cut_to_what_the_runner_takes():
    (command,) = annotations(result(**dict.fromkeys(("message", "expected", "observed", "hint"), "x" * 100_000)))
    assert len(command.message) < 4096


def repository(folder):
    (folder / ".git").mkdir()
    (folder / "week/templates").mkdir(parents=True)
    (folder / "week/app.py").touch()
    (folder / "week/templates/index.html").touch()
    return folder


def test_files_are_named_from_the_root_of_the_repository(tmp_path):
    root = repository(tmp_path)
    assert actions.locator(root / "week", "")("app.py") == "week/app.py"
    assert actions.locator(root / "week/app.py", "")("templates/index.html") == "week/templates/index.html"
    assert actions.locator(root, "week")("app.py") == "week/app.py"


def test_without_a_repository_files_are_named_from_the_workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    (tmp_path / "week").mkdir()
    (tmp_path / "week/app.py").touch()
    assert actions.locator(tmp_path / "week", "")("app.py") == "week/app.py"


@pytest.mark.parametrize("file", ["other.py", "../../etc/passwd", "/etc/passwd", "x" * 5000, "a\0b", "", "templates"])
def test_what_is_no_file_of_the_repository_is_not_annotated(tmp_path, file):
    root = repository(tmp_path)
    assert actions.locator(root / "week", "")(file) is None


def test_a_file_in_a_zip_is_told_in_words(tmp_path):
    root = repository(tmp_path)
    write_zip(root / "work.zip", {"app.py": ""})
    lines = actions.annotations_for(report(result()), actions.locator(root / "work.zip", ""))
    (command,) = commands_in("\n".join(lines))
    assert command.properties == {"file": "work.zip", "title": "/ displays words"}
    assert "Where: app.py:3" in command.message


@pytest.mark.parametrize(
    ("points", "exact"),
    [([0.1, 0.2], "0.3"), ([2.5, 3.33], "5.83"), ([100.0], "100"), ([], "0"), ([1 / 3], "0.3333333333333333")],
)
def test_scores_are_exact(points, exact):
    results = [result(id=str(number), earned=each, points=each) for number, each in enumerate(points)]
    given = actions.outputs(report(*results))
    assert given == {"score": exact, "pending": "0", "max-score": exact}


def test_pending_points_late_ones_and_those_left_out_are_told_apart():
    review = result(id="shot-1", status=Status.REVIEW, points=2.5, pending=True)
    left_out = result(id="port", status=Status.SKIPPED, pending=True, counts=False)
    passed = result(status=Status.PASSED, earned=10.0)
    given = actions.outputs(report(passed, review, left_out, taken_off=0.15))
    assert given == {"score": "8.5", "pending": "2.5", "max-score": "12.5"}


@pytest.fixture
def files(tmp_path, monkeypatch):
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


def test_outputs_and_summary_are_added_to_what_is_there(files):
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        (files / name).write_text("before=1\n")
    actions.publish(report(result()), lambda _: None)
    assert pairs_in((files / "GITHUB_OUTPUT").read_text()) == {
        "before": "1",
        "score": "0",
        "pending": "0",
        "max-score": "10",
    }
    assert (
        (files / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8").startswith("before=1\n## Cookies: 0 of 10 points")
    )


def test_the_summary_stays_below_what_github_takes(files):
    (files / "GITHUB_STEP_SUMMARY").write_text("x" * 1_000_000)
    actions.publish(report(*[result(id=str(number), message="y " * 900) for number in range(500)]), lambda _: None)
    assert 1_040_000 < (files / "GITHUB_STEP_SUMMARY").stat().st_size <= 1024 * 1024
    (files / "GITHUB_STEP_SUMMARY").write_text("x" * 1024 * 1024)
    actions.publish(report(result()), lambda _: None)
    assert (files / "GITHUB_STEP_SUMMARY").stat().st_size == 1024 * 1024


def test_a_file_that_cannot_be_written_is_named(files, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(files))
    with pytest.raises(MachineFault, match="GITHUB_STEP_SUMMARY names, cannot be written"):
        actions.publish(report(result()), lambda _: None)


def test_outside_of_a_run_only_annotations_are_printed(monkeypatch, capsys):
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    actions.publish(report(result()), lambda file: file)
    assert len(commands_in(capsys.readouterr().out)) == 1


def test_the_fence_is_another_one_each_time_and_ends(capsys):
    for _ in range(2):
        with actions.fence():
            print("##[error]forged\n::error::forged")
    first, second = (commands_in(part) for part in re.split("(?<=::\n)(?=::remove)", capsys.readouterr().out))
    assert [command.name for command in first] == ["remove-matcher", "stop-commands", first[1].message]
    assert first[1].message != second[1].message


def test_the_fence_stays_where_the_grader_breaks_and_ends_where_the_input_was_wrong(capsys):
    with pytest.raises(ZeroDivisionError), actions.fence():
        raise ZeroDivisionError
    print("::error::forged")
    assert commands_in(capsys.readouterr().out)[-1].name == "stop-commands"
    with pytest.raises(InputError), actions.fence():
        raise InputError("no app")
    print("::error::ours")
    assert commands_in(capsys.readouterr().out)[-1].message == "ours"


def test_a_fault_is_one_annotation_whatever_it_quotes():
    (command,) = commands_in(actions.fault("Several apps: a\r::error::forged/app.py", "Name\none."))
    assert command.message == "Several apps: a\\x0d::error::forged/app.py\nName\none."


def test_only_a_run_of_github_is_one(monkeypatch):
    for value, here in (("true", True), ("false", False), ("", False)):
        monkeypatch.setenv("GITHUB_ACTIONS", value)
        assert actions.is_here() is here


def test_these_tests_themselves_tell_github_nothing():
    assert not any(name.startswith("GITHUB_") for name in os.environ)
