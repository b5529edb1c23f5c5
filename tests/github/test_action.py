"""The action's own shell steps, run where a runner would run them, on submissions of all kinds."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from grader.sandbox.isolation import sandbox_wall
from tests.conftest import ROOT

from .runner import Runner, Step

ACTION = ROOT / ".github/actions/grade"
STEPS = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the action is for Linux runners")

FORGERY = (
    "::error file=app.py,line=1::forged\n::set-output name=score::100\n##[add-path]/tmp/evil\n"
    "::stop-commands::x\n::x::\n::add-mask::a\x1b[31m\x1b[2J \u202eevil\u202c\r::warning::forged\n"
    "  File \"app.py\", line 1, in forged\n    raise Forged('forged')\n"
    "</details><script>alert(1)</script><img src=x> ![x](https://evil.example/x.png) [link](https://evil.example) "
    "@octocat #1 student/work#2 GH-3 evil@example.com https://evil.example www.evil.example `` ``` ~~~ | a | b |\n"
    "# heading\n- item\n1. item\nscore=100\nend\nscore<<end\n"
)
HOSTILE = f"""
import os, sys
from flask import Flask
FORGERY = {FORGERY!r}
for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
    print(FORGERY, file=stream, flush=True)
for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"):
    if name in os.environ:
        open(os.environ[name], "a").write(FORGERY)
app = Flask(__name__)
class Forged(Exception): pass
@app.route("/")
def home():
    return FORGERY + " ".join(os.environ)
@app.route("/addCookie")
def add():
    raise Forged(FORGERY)
@app.route("/displayCookieValue")
def display():
    return FORGERY
@app.route("/removeCookie")
def remove():
    os._exit(0)
app.run(host="0.0.0.0", port=88)
"""


@pytest.fixture
def runner(tmp_path) -> Runner:
    """A runner with a checked-out repository; the grader is the one that runs these tests."""
    made = Runner(tmp_path, ACTION)
    (made.temp / "grader").symlink_to(sys.prefix)
    subprocess.run(["git", "init", "-q", made.workspace], check=True)
    return made


def step(name: str) -> dict:
    return next(step for step in STEPS["runs"]["steps"] if step.get("name") == name)


def script(name: str) -> str:
    found = step(name)
    assert found["shell"] == "bash"
    assert "${{" not in found["run"]  # what a pull request may hold comes as a variable, never as part of a script
    return found["run"]


def grade(runner: Runner, **inputs: str) -> Step:
    """Run the step "Grade" with the action's inputs put in, as the runner does."""
    isolation = "sandbox" if sandbox_wall().works else "process"
    given = {name: about["default"] for name, about in STEPS["inputs"].items()} | {"isolation": isolation} | inputs
    env = {
        name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: given[match[1]], value)
        for name, value in step("Grade")["env"].items()
    }
    return runner.run(script("Grade"), **env)


def hand_in(runner: Runner, folder: Path, at: str = "work") -> None:
    shutil.copytree(folder, runner.workspace / at)


@pytest.mark.packaging
def test_a_submission_that_passes_and_what_is_kept_for_the_next(runner):
    (runner.temp / "grader").unlink()
    for name in ("pip", "venv", "ensurepip", "playwright", "json", "sitecustomize"):  # nothing of it is imported
        (runner.workspace / f"{name}.py").write_text("raise SystemExit('forged')")
    named = runner.run(script("Name what is kept for the next run"))
    assert re.fullmatch(r"flask-activity-grader-[0-9a-f]{64}", named.outputs["key"])
    install(runner)
    hand_in(runner, ROOT / "reference_app/activity_11_2")
    done = grade(runner, activity="11.2", skip="document")
    assert done.returncode == 0, done.log
    assert done.annotations == []
    assert done.outputs == {"score": "85", "pending": "0", "max-score": "85"}
    assert "85 of 85 points" in done.files["GITHUB_STEP_SUMMARY"]
    assert {path.name for path in (runner.temp / "grader-report").iterdir()} >= {"report.html", "junit.xml"}

    kept = {path.name: path.read_bytes() for path in (runner.temp / "wheels").iterdir()}
    install(runner, PIP_INDEX_URL="https://127.0.0.1:1/simple", PIP_RETRIES="0")  # nothing is asked for
    # A workflow of the student's own has put something else into the cache.
    forged = next(path for path in (runner.temp / "wheels").iterdir() if path.name.startswith("flask-"))
    with zipfile.ZipFile(forged, "a") as wheel:
        wheel.writestr("forged.pth", "import sys; sys.exit('forged')")
    install(runner)
    assert {path.name: path.read_bytes() for path in (runner.temp / "wheels").iterdir()} == kept
    assert not list((runner.temp / "grader").rglob("forged.pth"))


def install(runner: Runner, **env: str) -> None:
    shutil.rmtree(runner.temp / "grader", ignore_errors=True)
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin:/usr/sbin:/sbin"
    done = runner.run(script("Install the grader"), PATH=path, **env)
    assert done.returncode == 0, done.log


def test_what_is_installed_is_what_the_grader_needs():
    locked = (ACTION / "requirements.txt").read_text(encoding="utf-8")
    versions = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", locked, re.MULTILINE))
    needed = [Requirement(one) for one in distribution("flask-activity-grader").requires or ()]
    needed = [
        one for one in needed if one.marker is None or one.marker.evaluate({"python_version": "3.13", "extra": ""})
    ]
    assert len(needed) > 10
    assert not [str(one) for one in needed if not one.specifier.contains(versions[one.name.lower()])]
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z])", locked.strip())[1:])


def test_a_submission_that_fails_is_annotated_where_it_is_in_the_repository(runner):
    hand_in(runner, ROOT / "student_template/activity_11_2", "week 11/my: work")
    (runner.workspace / "README.md").write_text("my course work")
    done = grade(runner, path="week 11", skip="document browser")
    assert done.returncode == 1
    (first, *_) = done.annotations
    assert first.name == "error"
    assert first.properties["file"] == "week 11/my: work/app.py"
    assert first.properties["title"] == "/addCookie sets the cookie myFirstCookie"
    app = (runner.workspace / first.properties["file"]).read_text().splitlines()
    assert "addCookie" in app[int(first.properties["line"]) - 1]
    assert "Hint: Make a response" in first.message
    assert "**Hint:** Make a response" in done.files["GITHUB_STEP_SUMMARY"]


@pytest.mark.parametrize(("least", "code"), [("25", 0), ("26", 1)])
def test_the_minimum_score_decides(runner, least, code):
    hand_in(runner, ROOT / "student_template/activity_11_2")
    done = grade(runner, activity="11.2", skip="browser", **{"min-score": least})
    assert done.outputs["score"] == "20"
    assert done.returncode == code


def test_a_hostile_submission_changes_nothing(runner):
    (runner.workspace / "app.py").write_text(HOSTILE)
    done = grade(runner, activity="11.2", skip="document browser")
    assert done.returncode == 1
    names = [command.name for command in done.commands]
    word = done.commands[1].message
    assert names[:3] == ["remove-matcher", "stop-commands", word]
    assert set(names[3:]) <= {"error", "warning"}
    titles = {command.properties["title"] for command in done.annotations}
    assert titles
    assert all(command.properties["file"] == "app.py" for command in done.annotations)
    assert not any(command.message.startswith("forged") for command in done.annotations)
    assert done.outputs == {"score": "10", "pending": "0", "max-score": "65"}
    assert done.files["GITHUB_ENV"] == done.files["GITHUB_PATH"] == done.files["GITHUB_STATE"] == ""
    everything = done.log + "".join(done.files.values())
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f]", everything)
    assert not re.search("GITHUB_|RUNNER_|ghs_secret", everything.replace(word, ""))


def test_what_cannot_be_graded_is_said_in_one_annotation(runner):
    (runner.workspace / "a\n::error::forged").mkdir()
    (runner.workspace / "a\n::error::forged/app.py").write_text("from flask import Flask\napp = Flask(__name__)\n#1")
    (runner.workspace / "b").mkdir()
    (runner.workspace / "b/app.py").write_text("from flask import Flask\napp = Flask(__name__)\n#2")
    done = grade(runner, activity="11.2")
    assert done.returncode == 2
    (said,) = done.annotations
    assert said.properties == {"title": "grader"}
    assert said.message.startswith("Several apps in .: ")
    assert "score" not in done.outputs


def test_settings_and_activities_are_taken_from_the_course_and_not_from_the_pull_request(runner, tmp_path):
    copy = tmp_path / "course"
    own = ROOT / "tests/own_activity"
    for where in (copy, runner.workspace):
        where.mkdir(exist_ok=True)
        (where / "grader.toml").write_text(f"min-score = {0 if where == copy else 50}\n")
    shutil.copytree(ACTION, copy / ".github/actions/grade")
    runner.action = copy / ".github/actions/grade"
    hand_in(runner, ROOT / "student_template/discussion_11_1", "starter")
    assert grade(runner, activity="discussion-11.1", path="starter", skip="browser").returncode == 0
    hand_in(runner, own / "solution")
    shutil.copy(own / "activity_12_1.py", runner.workspace / "counting.py")
    refused = grade(runner, activity="counting.py", path="work", skip="browser")
    assert "cannot be read: there is no such file" in refused.log
    shutil.copy(own / "activity_12_1.py", copy / "counting.py")
    assert grade(runner, activity="counting.py", path="work").outputs["score"] == "100"
