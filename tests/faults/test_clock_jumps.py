"""The wall clock jumps by hours and months, every second, for the grader, the driver and the browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import GRADER
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs a C compiler, to reach the wall clock"
)


@pytest.fixture(scope="module")
def jumping(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which it does."""
    library = tmp_path_factory.mktemp("clock") / "jumping.so"
    source = Path(__file__).with_name("jumping_clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return {**os.environ, "LD_PRELOAD": str(library)}


def test_it_jumps(jumping: dict[str, str]) -> None:
    program = "import time\nfor _ in range(12): print(time.time() - time.monotonic()); time.sleep(.1)"
    told = subprocess.run([sys.executable, "-c", program], env=jumping, capture_output=True, text=True, check=True)
    offsets = [float(line) for line in told.stdout.split()]
    assert max(offsets) - min(offsets) > 3600


def test_a_clock_that_jumps_changes_no_verdict(jumping: dict[str, str], tmp_path: Path) -> None:
    shutil.copy(ROOT / "reference_app" / "activity_11_2" / "app.py", tmp_path)
    command = [*GRADER, "check", str(tmp_path), "--activity", "11.2", "--json", "--skip", "document"]
    begun = time.monotonic()
    report = json.loads(subprocess.run(command, env=jumping, capture_output=True, text=True, check=True).stdout)
    took = time.monotonic() - begun
    assert {check["status"] for check in report["checks"] if check["counts"]} == {"passed"}
    assert 0 < report["seconds"] < took
    assert all(0 <= check["seconds"] < took for check in report["checks"])
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", report["started"])
