"""The workflow files pass the linters, and take nothing from anywhere that could change underneath them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

TEMPLATE = ROOT / "student_template/.github/workflows/grade.yml"
WORKFLOWS = [*sorted((ROOT / ".github/workflows").glob("*.yml")), TEMPLATE]
ACTIONS = sorted((ROOT / ".github/actions").glob("*/action.yml"))
PROGRAMS = Path(sys.executable).parent


def lint(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the linter comes for Linux")
def test_actionlint_finds_nothing():
    lint(PROGRAMS / "actionlint", "-no-color", *WORKFLOWS)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the linter needs Python 3.11")
def test_zizmor_finds_nothing():
    files = [*WORKFLOWS, *ACTIONS]
    said = lint(
        PROGRAMS / "zizmor", "--offline", "--no-progress", "--persona", "auditor", "--min-severity", "low", *files
    )
    assert all(str(path.relative_to(ROOT)) in said.replace("\\", "/") for path in files)


def test_every_action_is_pinned_to_a_commit_and_says_its_version():
    uses = [
        line for path in WORKFLOWS + ACTIONS for line in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    ]
    others = [line for line in uses if not line.startswith(("$/", "COURSE/"))]
    assert len(others) >= 5
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in others), others


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_more_is_permitted_than_to_read(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    assert all(job["permissions"] == {"contents": "read"} for job in workflow["jobs"].values())
    assert "pull_request_target" not in path.read_text(encoding="utf-8")


def test_a_students_workflow_is_a_few_lines_that_call_the_courses():
    text = TEMPLATE.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 20
    assert "steps:" not in text
    called = yaml.safe_load((ROOT / ".github/workflows/grade.yml").read_text(encoding="utf-8"))[True]["workflow_call"]
    given = yaml.safe_load(text)["jobs"]["grade"]["with"]
    assert set(given) <= set(called["inputs"])
