"""Whenever a grader is killed while it starts a sandbox, nothing of it is left."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from grader.machine.bubblewrap import sandbox_wall
from tests.conftest import ROOT
from tests.how_many import times

from .killed_starts import STARTS

pytestmark = pytest.mark.skipif(not sandbox_wall().works, reason="needs bubblewrap")
AS_ROOT = pytest.mark.skipif(sys.platform == "linux" and os.geteuid() != 0, reason="only root's browser is in a jail")
KINDS = [pytest.param(kind, marks=AS_ROOT) if kind == "browser" else kind for kind in STARTS]


def nothing_is_left(kind: str, count: int) -> None:
    """In a program of its own, which forks graders and looks after what they leave."""
    command = [sys.executable, "-m", "tests.faults.killed_starts", kind, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_of_a_few(kind: str) -> None:
    nothing_is_left(kind, 4)


@pytest.mark.endurance
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_of_many(kind: str) -> None:
    nothing_is_left(kind, times(20, full=1000))
