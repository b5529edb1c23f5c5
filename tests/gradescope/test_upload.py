"""The upload, in the layout that Gradescope documents, with both scripts really run."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import jsonschema
import psutil
import pytest

from grader.bundle import wheels
from grader.bundle.contents import Assignment
from grader.gradescope import packing
from grader.machine.bubblewrap import sandbox_wall
from grader.model.faults import InputError
from tests.commands import pip_cache
from tests.conftest import ROOT

SCHEMA = json.loads((ROOT / "tests/report/gradescope.schema.json").read_text(encoding="utf-8"))
SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
METADATA = {"created_at": "2026-11-22T10:00:00.000000-07:00", "assignment": {"total_points": "20.0"}}
FORGED = '{"score": 100, "tests": []}'
HOSTILE = """
import os, subprocess, sys, time
from flask import Flask
# Whatever it may find: the results, the grader, and time after everybody has left.
for place in ("results/results.json", "results/stdout", "source/autograder.json", "run_autograder"):
    for root in ("ROOT", "/autograder"):
        try:
            open(os.path.join(root, place), "w").write(FORGED)
        except OSError:
            pass
later = "import os, sys, time; open('MARK', 'w').write(str(os.getpid())); time.sleep(300)"
subprocess.Popen([sys.executable, "-c", later], start_new_session=True, stdout=subprocess.DEVNULL)
for _ in range(400):
    if os.path.exists('MARK'):
        break
    time.sleep(0.05)
print(FORGED, flush=True)
print(FORGED, file=sys.stderr, flush=True)
app = Flask(__name__)
@app.route("/")
def home():
    return "Practicing Cookies! %d %s" % (os.getuid(), sorted(os.environ))
app.run(port=88)
"""


class Layout:
    """``/autograder`` somewhere else."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = {"PATH": SYSTEM, "HOME": str(root), "AUTOGRADER_ROOT": str(root), "PIP_CACHE_DIR": pip_cache()}

    def unpack(self, upload: bytes) -> None:
        for folder in ("source", "results", "submission"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "upload.zip").write_bytes(upload)
        # As Gradescope does it: with the permissions that the zip gives.
        subprocess.run(["unzip", "-q", "../upload.zip"], cwd=self.root / "source", check=True)
        shutil.copy(self.root / "source/run_autograder", self.root)

    def run(self, program: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / program],
            cwd=self.root,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )

    def grade(self, files: dict[str, str], **env: str) -> tuple[dict, str]:
        shutil.rmtree(self.root / "submission")
        (self.root / "results/results.json").unlink(missing_ok=True)
        for path, text in files.items():
            (self.root / "submission" / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / "submission" / path).write_text(text)
        (self.root / "submission").mkdir(exist_ok=True)
        done = self.run("run_autograder", **env)
        assert done.returncode == 0, done.stdout
        results = json.loads((self.root / "results/results.json").read_text())
        jsonschema.validate(results, SCHEMA)
        return results, done.stdout


@pytest.fixture
def layout() -> Iterator[Layout]:
    """A folder that others may enter, as in Gradescope's image; pytest's own are closed."""
    with tempfile.TemporaryDirectory(prefix="autograder-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Layout(Path(folder) / "autograder")


@pytest.mark.skipif(sys.platform != "linux", reason="Gradescope runs Ubuntu")
@pytest.mark.packaging
def test_the_upload_sets_itself_up_and_grades(layout):
    layout.unpack(packing.autograder(Assignment.named("11.2")))
    (layout.root / "submission_metadata.json").write_text(json.dumps(METADATA))
    setting_up = layout.run("source/setup.sh")
    assert setting_up.returncode == 0, setting_up.stdout
    reference = {"app.py": (ROOT / "reference_app/activity_11_2/app.py").read_text()}

    results, said = layout.grade(reference)
    assert results["score"] == 85
    assert {test["extra_data"]["id"] for test in results["tests"] if test.get("status") == "failed"} == {
        "document",
        *(f"shot-{number}" for number in range(1, 11)),
    }
    assert "The assignment has 20 points in Gradescope and activity-11.2 has 100" in said

    results, _ = layout.grade({})
    assert results["score"] == 0
    assert "submission is empty: there are no files in it." in results["tests"][0]["output"]

    if os.geteuid() == 0:  # as on Gradescope: then these rights are given up
        without_sandbox(layout)


def without_sandbox(layout):
    """A submission that runs beside the grader, and tries to write its own results."""
    refusing, mark = layout.root / "refusing", Path(f"{layout.root.parent}.mark")
    refusing.mkdir()
    (refusing / "bwrap").write_text("#!/bin/sh\nexit 1\n")
    (refusing / "bwrap").chmod(0o755)
    before = (layout.root / "source/autograder.json").read_bytes()
    app = HOSTILE.replace("FORGED", repr(FORGED)).replace("ROOT", str(layout.root)).replace("MARK", str(mark))
    results, said = layout.grade({"app.py": app}, PATH=f"{refusing}:{SYSTEM}", SECRET="token")
    left_running = int(mark.read_text())
    mark.unlink()
    assert results["extra_data"]["isolation"] == "process"
    assert "This container allows no sandbox" in said
    assert FORGED not in said
    assert results["score"] < 100
    assert next(test for test in results["tests"] if test["extra_data"]["id"] == "home")["status"] == "passed"
    assert (layout.root / "source/autograder.json").read_bytes() == before
    assert not psutil.pid_exists(left_running) or psutil.Process(left_running).status() == psutil.STATUS_ZOMBIE


@pytest.mark.skipif(sys.platform != "linux", reason="Gradescope runs Ubuntu")
def test_who_is_not_root_and_has_no_sandbox_runs_nothing(layout):
    """There the hostile app could rewrite the script that bash is still reading, and its own results would stand."""
    done, mark = run_as_no_root(layout, sandbox=False)
    assert done.returncode != 0
    assert "Nothing was graded. There is no sandbox here" in done.stdout
    assert "not started by root" in done.stdout
    assert not (layout.root / "results/results.json").exists()
    assert not mark.exists()


@pytest.mark.skipif(not sandbox_wall().works, reason="needs bubblewrap")
def test_who_is_not_root_grades_in_the_sandbox(layout):
    done, mark = run_as_no_root(layout, sandbox=True)
    assert done.returncode == 0, done.stdout
    results = json.loads((layout.root / "results/results.json").read_text())
    assert results["extra_data"]["isolation"] == "sandbox"
    assert next(test for test in results["tests"] if test["extra_data"]["id"] == "home")["status"] == "passed"
    assert results["score"] < 100
    assert not mark.exists()


def run_as_no_root(layout: Layout, *, sandbox: bool) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Run the script on a hostile app with what is installed here, told that it is not root."""
    for folder in ("source", "submission", "results", "programs"):
        (layout.root / folder).mkdir(parents=True)
    shutil.copy(Path(packing.__file__).with_name("run_autograder"), layout.root)
    (layout.root / "run_autograder").chmod(0o755)
    (layout.root / "source/venv").symlink_to(sys.prefix)
    (layout.root / "source/autograder.json").write_text(json.dumps({"activity": "11.2"}))
    mark = Path(f"{layout.root.parent}.mark")
    app = HOSTILE.replace("FORGED", repr(FORGED)).replace("ROOT", str(layout.root)).replace("MARK", str(mark))
    (layout.root / "submission/app.py").write_text(app)
    for name, does in {"id": "echo 1000", **({} if sandbox else {"bwrap": "exit 1"})}.items():
        (layout.root / "programs" / name).write_text(f"#!/bin/sh\n{does}\n")
        (layout.root / "programs" / name).chmod(0o755)
    return layout.run("run_autograder", PATH=f"{layout.root / 'programs'}:{SYSTEM}"), mark


def test_the_upload_holds_the_scripts_and_the_grader_itself():
    archive = zipfile.ZipFile(io.BytesIO(packing.autograder(Assignment.named("11.1"))))
    names = set(archive.namelist())
    assert names == {
        "setup.sh",
        "run_autograder",
        "autograder.json",
        "wheels/flask_activity_grader-0.1.0-py3-none-any.whl",
    }
    for script in ("setup.sh", "run_autograder"):
        assert archive.getinfo(script).external_attr >> 16 & 0o111
        assert archive.read(script).startswith(b"#!/usr/bin/env bash\n")
        assert b"\r" not in archive.read(script)
    assert json.loads(archive.read("autograder.json")) == {"activity": "activity-11.1"}


def test_it_is_the_same_each_time():
    assert packing.autograder(Assignment.named("11.2")) == packing.autograder(Assignment.named("11.2"))


def test_an_activity_of_ones_own_and_the_courses_settings_are_taken_along(tmp_path):
    file, config = tmp_path / "greeting.py", tmp_path / "settings.toml"
    shutil.copy(ROOT / "tests/own_activity/activity_12_1.py", file)
    config.write_text("min-score = 50\n")
    archive = zipfile.ZipFile(io.BytesIO(packing.autograder(Assignment.named(str(file), str(config)))))
    assert json.loads(archive.read("autograder.json")) == {"activity": "activity.py"}
    assert archive.read("activity.py") == file.read_bytes()
    assert archive.read("grader.toml") == b"min-score = 50\n"


def test_a_package_that_brings_the_activity_is_taken_along(tmp_path, monkeypatch):
    about = tmp_path / "My.Course-2.0.dist-info"
    (tmp_path / "my_course").mkdir()
    about.mkdir()
    (tmp_path / "my_course/__init__.py").touch()
    shutil.copy(ROOT / "tests/own_activity/activity_12_1.py", tmp_path / "my_course/counting.py")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: My.Course\nVersion: 2.0\nRequires-Dist: flask\n")
    (about / "entry_points.txt").write_text("[grader.activities]\nactivity-12.1 = my_course.counting:activity\n")
    monkeypatch.syspath_prepend(tmp_path)
    archive = zipfile.ZipFile(io.BytesIO(packing.autograder(Assignment.named("12.1"))))
    own = zipfile.ZipFile(io.BytesIO(archive.read("wheels/my_course-2.0-py3-none-any.whl")))
    assert "my_course/counting.py" in own.namelist()
    assert b"my_course.counting:activity" in own.read("my_course-2.0.dist-info/entry_points.txt")
    assert (
        "wheels/my_course-2.0-py3-none-any.whl"
        not in zipfile.ZipFile(io.BytesIO(packing.autograder(Assignment.named("11.2")))).namelist()
    )


def test_the_wheel_lists_its_files_with_their_digests():
    name, content = wheels.wheel(distribution("flask-activity-grader"), "grader")
    assert name == "flask_activity_grader-0.1.0-py3-none-any.whl"
    archive = zipfile.ZipFile(io.BytesIO(content))
    rows = list(csv.reader(archive.read("flask_activity_grader-0.1.0.dist-info/RECORD").decode().splitlines()))
    assert {row[0] for row in rows} == set(archive.namelist())
    assert not [path for path in archive.namelist() if path.endswith(".pyc")]
    assert "grader/cli/__init__.py" in archive.namelist()
    assert b"Requires-Dist: flask>=3.1" in archive.read("flask_activity_grader-0.1.0.dist-info/METADATA")


def test_compiled_code_is_refused_because_it_may_not_run_there():
    with pytest.raises(InputError, match="holds compiled code"):
        wheels.wheel(distribution("lxml"), "lxml")
