"""The autograder in the layout of Classroom 50's runner, really installed and run: on right, wrong and hostile work."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import psutil
import pytest

from grader.activities import activity_named
from grader.bundle.contents import Assignment
from grader.classroom50 import packing
from grader.machine.bubblewrap import sandbox_wall
from tests.commands import pip_cache
from tests.conftest import ROOT

# Facts read in foundation50/classroom50: validate_result of runner.py and collect_scores.py.
WHOLE = {"type": "integer", "minimum": 0}
TEXT = {"type": "string", "minLength": 1}
TEST = {"test-name": TEXT, "passed": {"type": "boolean"}, "score": WHOLE, "max-score": WHOLE}
FIELDS = {
    "schema": {"const": "classroom50/result/v1"},
    "classroom": {"const": "spring"},
    "assignment": {"const": "cookies"},
    "assignment_type": {"const": "individual"},
    "owner": {"const": "octo-jane"},
    "submission": {"type": "string", "pattern": "^submit/"},
    **dict.fromkeys(("commit", "release", "review", "datetime"), TEXT),
    "score": WHOLE,
    "max-score": WHOLE,
    "tests": {"type": "array", "items": {"type": "object", "properties": TEST, "required": list(TEST)}},
}
SCHEMA = {"type": "object", "properties": FIELDS, "required": list(FIELDS)}
TAG = "submit/2026-11-22T10-00-00Z-a1b2c3d"
FORGED = json.dumps({"schema": "classroom50/result/v1", "score": 100, "max-score": 100, "tests": []})
# Whatever it may find: the result, the runner's files, the grader, and time after everybody has left.
HOSTILE = """
import os, subprocess, sys
from flask import Flask
FORGED = %(forged)r
places = [os.path.join(folder, name) for name in ("result.json", "release-body.md", "report.html", "autograder.py")
          for folder in (".", "..", %(checkout)r, %(bundle)r, "/proc/1/cwd", "/proc/1/root" + %(checkout)r)]
for place in [*places, %(output)r, %(grader)r, os.environ.get("GITHUB_OUTPUT", "output")]:
    for mode in ("w", "a"):
        try:
            with open(place, mode) as file:
                file.write(FORGED + "\\nstatus=success\\nsummary=forged\\n")
        except OSError:
            pass
later = "import os, sys, time; time.sleep(300)  # %(mark)s"
subprocess.Popen([sys.executable, "-c", later], start_new_session=True)
print("::error title=forged::forged\\n::set-output name=status::success\\n" + FORGED, flush=True)
app = Flask(__name__)
@app.route("/")
def home():
    return "Practicing Cookies! %%s" %% sorted(os.environ)
app.run(port=88)
"""
SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NOBODY = 64123  # no user of this machine
IS_ROOT = sys.platform == "linux" and os.geteuid() == 0
WHO = ["as root", "as an ordinary user"] if IS_ROOT else ["as an ordinary user"]

pytestmark = [
    pytest.mark.skipif(not sandbox_wall().works, reason="Classroom 50's autograder needs the sandbox"),
    pytest.mark.packaging,
]


@dataclass
class Done:
    """How a run ended: ``result`` is None where none was written."""

    code: int
    log: str
    output: str
    result: dict | None
    checkout: Path

    @property
    def statuses(self) -> dict[str, str]:
        assert self.result is not None, self.log
        return {test["id"]: test["status"] for test in self.result["tests"]}


class Classroom:
    """Where Classroom 50's runner puts the bundle, and the environment that it makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bundle = folder / "temp/classroom50-runtime/cookies"
        self.output = folder / "temp/output"
        self.checkouts = 0
        packing.write(self.bundle, Assignment.named("11.2"))

    def check_out(self, files: dict[str, str]) -> Path:
        self.checkouts += 1
        checkout = self.folder / f"work-{self.checkouts}/spring-cookies-octo-jane"
        checkout.mkdir(parents=True)
        (checkout / ".classroom50.yaml").write_text("classroom: spring\nassignment: cookies\n")
        subprocess.run(["git", "init", "-q", checkout], check=True)
        for path, text in files.items():
            (checkout / path).parent.mkdir(parents=True, exist_ok=True)
            (checkout / path).write_text(text)
        return checkout

    def run(self, checkout: Path, *command: Path | str, who: str = WHO[0], **env: str) -> Done:
        self.output.write_text("")
        as_user: list[str] = []
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        if IS_ROOT and who == "as an ordinary user":
            for place in (checkout, home, self.output):
                subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", place], check=True)
            as_user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        done = subprocess.run(
            [*as_user, *command],
            cwd=checkout,
            env={**self.environment(home), **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        written = checkout / "result.json"
        result = json.loads(written.read_text()) if written.exists() else None
        return Done(done.returncode, done.stdout, self.output.read_text(), result, checkout)

    def grade(self, checkout: Path, **options: str) -> Done:
        """Run what autograder.py runs once it has installed the grader."""
        return self.run(checkout, self.python, "-I", "-m", "grader.classroom50", str(self.bundle), **options)

    @property
    def python(self) -> Path:
        return self.bundle / "venv/bin/python"

    def environment(self, home: Path) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("GRADER_BROWSER", "PIP_INDEX_URL") if name in os.environ}
        return {
            **kept,
            "PATH": SYSTEM,
            "HOME": str(home),
            "TMPDIR": "/tmp",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.folder),
            "GITHUB_OUTPUT": str(self.output),
            "RUNNER_TEMP": str(self.folder / "temp"),
            "CLASSROOM50_BUNDLE_DIR": str(self.bundle),
            "CLASSROOM": "spring",
            "ASSIGNMENT": "cookies",
            "ASSIGNMENT_TYPE": "individual",
            "OWNER": "octo-jane",
            "USERNAME": "octo-jane",
            "SUBMISSION_TAG": TAG,
            "COMMIT_URL": "https://github.com/course/spring-cookies-octo-jane/commit/a1b2c3d",
            "RELEASE_URL": "https://github.com/course/spring-cookies-octo-jane/releases/tag/submit",
            "REVIEW_URL": "",
            "RELEASE_ASSETS": '["report.html"]',
        }


REFERENCE = (ROOT / "reference_app/activity_11_2/app.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def classroom() -> Iterator[Classroom]:
    """A course whose autograder has been installed by its first submission; others may enter the folder."""
    with tempfile.TemporaryDirectory(prefix="classroom50-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        made = Classroom(Path(folder))
        # None of the student's modules is imported by what installs the grader.
        traps = ("pip", "venv", "ensurepip", "playwright", "grader/__init__")
        checkout = made.check_out(
            {"app.py": REFERENCE, **{f"{name}.py": "raise SystemExit('forged')" for name in traps}}
        )
        done = made.run(
            checkout, _python(), str(made.bundle / "autograder.py"), PIP_CACHE_DIR=pip_cache(), TMPDIR=folder
        )
        assert done.code == 0, done.log
        made.first = done
        subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
        yield made


def _python() -> str:
    """Return the system's Python, which every user may run; root's own often lies where nobody else may look."""
    found = shutil.which("python3", path=SYSTEM) or sys.executable
    has_all = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))"
    return found if subprocess.run([found, "-c", has_all], check=False).returncode == 0 else sys.executable


def test_a_submission_is_graded_from_the_bundle_alone(classroom):
    done = classroom.first
    jsonschema.validate(done.result, SCHEMA)
    assert "forged" not in done.log
    assert (done.result["score"], done.result["max-score"]) == (170, 200)  # halves of points are whole numbers there
    assert done.result["score"] == sum(test["score"] for test in done.result["tests"])
    assert {id_ for id_, status in done.statuses.items() if status != "passed"} == {
        "document",
        *(f"shot-{number}" for number in range(1, 11)),
    }
    assert done.result["datetime"] == "2026-11-22T10:00:00Z"
    assert done.output == "status=failure\nsummary=170 of 200\n"
    body = (done.checkout / "release-body.md").read_text()
    assert "85 of 100 points" in body
    assert "each point counts 2 there: 170 of 200" in body
    assert "`report.html` below" in body
    assert b"<!doctype html>" in (done.checkout / "report.html").read_bytes().lower()


def test_a_mistake_is_annotated_at_its_line_and_a_missing_app_is_a_result(classroom):
    template = (ROOT / "student_template/activity_11_2/app.py").read_text(encoding="utf-8")
    done = classroom.grade(classroom.check_out({"app.py": template}))
    assert done.code == 0, done.log
    assert re.search(r"^::error file=app.py,line=\d+,title=/addCookie sets the cookie", done.log, re.MULTILINE)
    done = classroom.grade(classroom.check_out({"notes.txt": "not yet"}))
    assert done.code == 0, done.log
    assert done.statuses["loads"] == "failed"
    assert done.result["score"] == 0


@pytest.mark.parametrize("who", WHO)
def test_what_an_app_does_never_reaches_the_result(classroom, who):
    mark = f"left-by-{who.replace(' ', '-')}"
    checkout = classroom.check_out({})
    grader = next(classroom.bundle.glob("venv/lib/python*/site-packages/grader/grading*"))
    places = {"checkout": checkout, "bundle": classroom.bundle, "output": classroom.output, "grader": grader}
    words = {name: str(place) for name, place in places.items()} | {"forged": FORGED, "mark": mark}
    (checkout / "app.py").write_text(HOSTILE % words)
    # And what can be committed: files, links and folders of the names that are published, and settings of one's own.
    outside = checkout.parent / "outside.txt"
    outside.write_text("mine")
    (checkout / "report.html").symlink_to(outside)
    (checkout / "release-body.md").mkdir()
    (checkout / "release-body.md/page").write_text("forged")
    (checkout / "result.json").write_text(FORGED)
    (checkout / "grader.toml").write_text('[activities."11.2".points]\nhome = 1000\n')
    before = {path: path.read_bytes() for path in classroom.bundle.rglob("*.py") if "venv" not in path.parts}
    done = classroom.grade(checkout, who=who)
    assert done.code == 0, done.log
    jsonschema.validate(done.result, SCHEMA)
    assert done.statuses["home"] == "passed"  # the app did run
    assert done.result["score"] < done.result["max-score"] == 200
    assert len(done.result["tests"]) == len(activity_named("11.2").checks)
    assert done.output == f"status=failure\nsummary={done.result['score']} of 200\n"
    assert outside.read_text() == "mine"
    assert "forged" not in (checkout / "release-body.md").read_text()
    assert (checkout / "report.html").read_bytes().lower().startswith(b"<!doctype html>")
    assert not any(line.lstrip().startswith(("::set-output", "::error title=forged")) for line in done.log.splitlines())
    assert {path: path.read_bytes() for path in before} == before
    assert not [process.pid for process in psutil.process_iter() if mark in " ".join(_command_of(process))]


def _command_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_without_a_sandbox_the_app_is_not_run_and_nothing_is_published(classroom):
    checkout = classroom.check_out({"app.py": f"open({str(classroom.folder / 'ran')!r}, 'w')\n{REFERENCE}"})
    refusing = classroom.folder / "refusing"
    refusing.mkdir()
    for program in ("bwrap", "apt-get", "sudo"):
        (refusing / program).write_text("#!/bin/sh\nexit 1\n")
        (refusing / program).chmod(0o755)
    done = classroom.grade(checkout, PATH=f"{refusing}:/usr/bin:/bin")
    assert done.code != 0
    assert done.result is None
    assert done.output == ""
    assert not (classroom.folder / "ran").exists()
    assert re.search(r"^::error title=grader::", done.log, re.MULTILINE)
    assert "Traceback" not in done.log


def test_a_check_that_the_machine_could_not_run_costs_nobody_points(classroom):
    checkout = classroom.check_out({"app.py": REFERENCE})
    broken = classroom.folder / "broken-browser"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    done = classroom.grade(checkout, GRADER_BROWSER=str(broken))
    assert done.code == 3
    assert done.result is None
    assert "Nothing is published" in done.log


def test_outside_of_a_run_it_says_what_is_missing(classroom):
    done = classroom.grade(classroom.check_out({"app.py": REFERENCE}), SUBMISSION_TAG="", ASSIGNMENT="")
    assert done.code == 2
    assert "ASSIGNMENT and SUBMISSION_TAG are not set: this is no run of Classroom 50." in done.log
    shutil.rmtree(done.checkout)
