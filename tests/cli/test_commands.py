"""The commands, run as a user runs them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import jsonschema
import psutil
import pytest

from grader.report.json_report import SCHEMA_FILE
from tests.commands import GRADER, grader_here
from tests.conftest import ROOT
from tests.packing import files_in, write_zip
from tests.systems import IN_WINE, ON_WINDOWS, for_posix, not_in_wine
from tests.waiting import fairly_within, until

REFERENCE = ROOT / "reference_app"
STARTER = ROOT / "student_template"
TOO_LONG = "n" * 50 if ON_WINDOWS else "File name too long"  # there in the system's own words


def grader(*words: object, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GRADER, *map(str, words)],
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def zip_of(folder: Path, target: Path) -> Path:
    return write_zip(target, {f"work/{path}": content for path, content in files_in(folder).items()})


@pytest.mark.parametrize(
    "activity",
    ["discussion_11_1", *(pytest.param(name, marks=not_in_wine) for name in ("activity_11_1", "activity_11_2"))],
)
def test_the_reference_app_passes_everything_that_needs_no_picture(activity):
    done = grader("check", REFERENCE / activity, "--skip", "document", "--json")
    report = json.loads(done.stdout)  # alone on standard output
    assert done.returncode == 0, done.stdout
    if not IN_WINE:  # see tests/report/test_json_report.py
        jsonschema.validate(report, json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    assert report["schema"] == "grader-report/1"
    assert {
        check["status"] for check in report["checks"] if check["id"].partition("-")[0] not in {"document", "shot"}
    } == {"passed"}
    assert report["environment"]["browser"] or activity == "discussion_11_1"


def test_check_recognises_the_activity_in_the_current_folder_and_says_so():
    done = grader_here("check", "--skip", "browser", cwd=STARTER / "activity_11_2")
    assert done.returncode == 1
    assert "activity-11.2" in done.stdout
    assert "/addCookie sends no cookie" in done.stdout


def test_check_takes_a_zip_and_an_app_file(tmp_path):
    zip_file = zip_of(REFERENCE / "activity_11_2", tmp_path / "doe_jane.zip")
    for path, name in ((zip_file, "doe_jane"), (REFERENCE / "activity_11_2" / "app.py", "activity_11_2")):
        done = grader_here("check", path, "--json", "--skip", "browser", "--skip", "document")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["submission"]["name"] == name


@not_in_wine
def test_reports_are_written_with_screenshots(tmp_path):
    out = tmp_path / "out"
    done = grader("check", REFERENCE / "activity_11_2", "--report", out, "--skip", "document")
    assert done.returncode == 0, done.stdout + done.stderr
    pages = {"report.json", "report.html", "report.docx", "report.md"}
    assert {path.name for path in out.iterdir()} == pages | {"junit.xml", "results.json", "evidence"}
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    pictures = [item["path"] for check in report["checks"] for item in check["evidence"]]
    assert pictures
    assert all((out / path).read_bytes().startswith(b"\x89PNG") for path in pictures)


def test_min_score_decides_the_exit_code():
    starter = STARTER / "discussion_11_1"
    assert grader_here("check", starter, "--skip", "browser", "--min-score", "50").returncode == 0
    assert grader_here("check", starter, "--skip", "browser", "--min-score", "51").returncode == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "no-such-place"], "no-such-place"),
        (["check", ".", "--activity", "11.3"], "activity-11.1"),
        (["check", "notes.txt"], "neither a Python file nor a zip"),
        (["check", "empty"], "empty is empty: there are no files in it"),
        (["check", "broken.zip"], "broken.zip"),
        (["check", "slip.zip"], "../evil.py"),
        (["check", "two"], "Several apps"),
        (["check", "unclear"], "--activity"),
        (["new", "11.7"], "activity-11.1"),
        (["new", "11.2", "two"], "not empty"),
        (["new", "11.2", "--github", "our course"], "OWNER/REPO"),
        (["gradescope", "--activity", "11.7"], "activity-11.1"),
        (["check", "n" * 300], TOO_LONG),
        (["new", "11.2", "n" * 300], TOO_LONG),
        (["review", "n" * 300], TOO_LONG),
        pytest.param(  # packs the installed grader, and there it is not installed but lies on the path
            *(["gradescope", "--activity", "11.2", "-o", "empty"], "empty cannot be written"), marks=not_in_wine
        ),
        (["gradescope", "--activity", "11.2", "--config", "notes.txt"], "notes.txt"),
        (
            ["check", "unclear", "--activity", "discussion-11.1", "--report", "notes.txt", "--skip", "browser"],
            "notes.txt",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_gets_a_sentence_and_exit_code_2(tmp_path, words, said):
    app = "from flask import Flask\napp = Flask(__name__)\n"
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    for folder in ("two/one", "two/other", "unclear"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "app.py").write_text(f"{app}# {folder}\n")
    write_zip(tmp_path / "slip.zip", {"../evil.py": app})
    done = grader_here(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_whether_a_path_can_be_read_is_found_out_by_reading(tmp_path, monkeypatch):
    """What the system says of rights beforehand may be wrong, on network drives for one."""
    (tmp_path / "app.py").write_text("print(1)\n")
    monkeypatch.setattr(os, "access", lambda *_: False)
    words = ("--skip", "browser", "--activity", "11.2", "--isolation", "process")
    done = grader_here("check", tmp_path / "app.py", *words)
    assert done.returncode == 1, done.stderr


def test_of_several_apps_the_command_that_is_printed_grades_one(tmp_path):
    for number, folder in enumerate(("my work/a/one", "my work/a/other")):
        (tmp_path / folder).mkdir(parents=True)
        app = (STARTER / "discussion_11_1" / "app.py").read_text(encoding="utf-8")
        (tmp_path / folder / "app.py").write_text(f"{app}# {number}\n", encoding="utf-8")
    refused = grader_here("check", "my work", "--activity", "discussion-11.1", cwd=tmp_path)
    printed = refused.stderr.partition("for example: grader ")[2].strip()
    assert shlex.split(printed) == ["check", str(Path("my work/a/one/app.py")), "--activity", "discussion-11.1"]
    assert "discussion-11.1" in grader_here(*shlex.split(printed), "--skip", "browser", cwd=tmp_path).stdout


def test_without_a_browser_its_checks_are_skipped_and_the_remedy_is_said(tmp_path):
    words = ("check", REFERENCE / "activity_11_2", "--json", "--skip", "document")
    report = json.loads(grader_here(*words, GRADER_BROWSER=str(tmp_path / "none")).stdout)
    lacking = {check["id"]: check for check in report["checks"] if str(tmp_path / "none") in check["message"]}
    assert set(lacking) == {"add-browser", "display-cleared", "remove-browser"}
    assert all(check["status"] == "skipped" and check["hint"] for check in lacking.values())


def test_new_copies_a_template_that_grades_like_the_original(tmp_path):
    assert grader_here("new", "11.2", "my work", cwd=tmp_path).returncode == 0
    work = tmp_path / "my work"
    copied = {path.relative_to(work).as_posix() for path in work.rglob("*") if path.is_file()}
    assert copied == {"app.py", ".vscode/tasks.json"}
    shutil.rmtree(tmp_path / "my work")


def test_new_adds_the_workflow_that_calls_the_courses_grader(tmp_path):
    assert grader_here("new", "11.1", "my-work", "--github", "our-course/grader", cwd=tmp_path).returncode == 0
    workflow = (tmp_path / "my-work/.github/workflows/grade.yml").read_text(encoding="utf-8")
    assert "uses: our-course/grader/.github/workflows/grade.yml@main" in workflow
    assert 'activity: "activity-11.1"' in workflow


def test_help_shows_examples():
    for command in ("check", "new", "doctor", "gradescope"):
        assert f"grader {command}" in grader_here(command, "--help").stdout


def test_help_is_as_wide_as_the_terminal_and_imports_little_but_click():
    done = grader("--help", PYTHONPROFILEIMPORTTIME="1", COLUMNS="70")
    assert max(map(len, done.stdout.splitlines())) in range(60, 71)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "click" in imported
    assert not imported & {"dataclasses", "json", "logging", "shutil", "grader.machine", "grader.rubric"}


@for_posix  # a signal
def test_ctrl_c_ends_everything_within_a_second(tmp_path):
    (tmp_path / "app.py").write_text(
        "import time\nfrom flask import Flask\napp = Flask(__name__)\n"
        "@app.route('/addCookie')\ndef add():\n    time.sleep(60)\n    return ''\napp.run(port=88)\n"
    )
    process = subprocess.Popen(
        [*GRADER, "check", str(tmp_path), "--activity", "11.2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    me = psutil.Process(process.pid)
    assert until(lambda: len(me.children(recursive=True)) >= 4)
    started = me.children(recursive=True)
    with fairly_within(1.5):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=600)
    assert process.returncode == 130
    gone, alive = psutil.wait_procs(started, timeout=60)
    assert not alive, (gone, alive)
