"""The grader called by any name of its Python: the app is run in the sandbox all the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.machine.bubblewrap import sandbox_wall
from tests.commands import GRADER
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not sandbox_wall().works, reason="only the sandbox shows an app some folders alone")
ENVIRONMENT = Path(sys.prefix)


@pytest.fixture
def place(tmp_path):
    """A folder with a hand-in, and ways around to this Python."""
    folder = tmp_path / "a place"
    shutil.copytree(ROOT / "reference_app" / "discussion_11_1", folder / "work")
    (folder / "env").symlink_to(ENVIRONMENT)
    (folder / "chain").mkdir()
    (folder / "chain" / "first").symlink_to("second")
    (folder / "chain" / "second").symlink_to(Path(sys.executable).resolve())
    (folder / "other env" / "bin").mkdir(parents=True)
    (folder / "other env" / "bin" / "python").symlink_to("../../chain/first")
    (folder / "other env" / "lib").symlink_to(ENVIRONMENT / "lib")
    if (ENVIRONMENT / "pyvenv.cfg").exists():
        shutil.copy(ENVIRONMENT / "pyvenv.cfg", folder / "other env")
    return folder


@pytest.mark.parametrize(
    "python",
    ["../env/bin/python", "./../env/bin/../bin/python", "{place}/env/bin/python", "{real}", "../other env/bin/python"],
)
def test_the_app_runs_by_whatever_name_python_was_called(place, python):
    called = python.format(place=place, real=os.path.relpath(sys.executable, place / "work"))
    done = subprocess.run(
        [called, *GRADER[1:], "check", ".", "--json", "--isolation", "sandbox"],
        cwd=place / "work",
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {check["status"] for check in json.loads(done.stdout)["checks"]} == {"passed"}
